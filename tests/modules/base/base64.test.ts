// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { fromBase64, toBase64 } from "../../../modules/base/base64.ts";
import { bytesOf } from "../../support/hex.ts";

// RFC 4648, section 10, and bytes for which every digit is needed.
const vectors: readonly (readonly [hex: string, text: string])[] = [
  ["", ""],
  ["66", "Zg=="],
  ["66 6F", "Zm8="],
  ["66 6F 6F", "Zm9v"],
  ["66 6F 6F 62", "Zm9vYg=="],
  ["66 6F 6F 62 61", "Zm9vYmE="],
  ["66 6F 6F 62 61 72", "Zm9vYmFy"],
  ["FB FF BF", "+/+/"],
  ["00 00 00 00", "AAAAAA=="],
];

test("bytes become base64 and come back", () => {
  for (const [hex, text] of vectors) {
    assert.equal(toBase64(bytesOf(hex)), text);
    assert.deepEqual(fromBase64(text), bytesOf(hex));
  }
  for (let length = 0; length < 70; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 0xff);
    assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
  }
});

test("line ends and spaces are nothing, anything else that is not base64 is refused", () => {
  assert.deepEqual(fromBase64(" Zm9v\r\nYmFy\n"), bytesOf("66 6F 6F 62 61 72"));
  for (const text of [
    "Z",
    "Zg",
    "Zg=",
    "Zm8",
    "Zg===",
    "=",
    "Z===",
    "Zm9v!mFy",
    "Zm=v",
    "Zm9vé===",
  ]) {
    assert.equal(fromBase64(text), undefined, text);
  }
});
