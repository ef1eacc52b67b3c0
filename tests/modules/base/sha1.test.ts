// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { sha1 } from "../../../modules/base/sha1.ts";
import { hexOf } from "../../support/hex.ts";

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

test("SHA-1 gives the digests of FIPS 180 for short texts and for a million bytes", () => {
  const digests: [string, string][] = [
    ["", "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
    ["abc", "a9993e364706816aba3e25717850c26c9cd0d89d"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
    ],
  ];
  for (const [text, digest] of digests) {
    assert.equal(
      hexOf(sha1(ascii(text)))
        .replaceAll(" ", "")
        .toLowerCase(),
      digest,
      text,
    );
  }
  const million = hexOf(sha1(new Uint8Array(1_000_000).fill(0x61)));
  assert.equal(
    million.replaceAll(" ", "").toLowerCase(),
    "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
  );
});

test("SHA-1 pads right at every length around the end of a block", () => {
  // Digests of the digests of 0 to 129 zero bytes, one after the other (computed with OpenSSL).
  let all: number[] = [];
  for (let length = 0; length < 130; length++) all = [...all, ...sha1(new Uint8Array(length))];
  assert.equal(
    hexOf(sha1(Uint8Array.from(all)))
      .replaceAll(" ", "")
      .toLowerCase(),
    "7b0dc5b84f65f38a1278eb66390c7f2eedf82948",
  );
});
