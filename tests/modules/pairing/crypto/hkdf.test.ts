// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { hkdfExpand, hkdfExtract } from "../../../../modules/pairing/crypto/hkdf.ts";
import { bytesOf, digitsOf } from "../../../support/hex.ts";
import { testCrypto } from "../../../support/test-crypto.ts";

const crypto = testCrypto();
const range = (from: number, to: number) =>
  Uint8Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** RFC 5869, appendix A.1 to A.3: secret, salt, info, PRK, OKM. */
const vectors: [Uint8Array, Uint8Array, Uint8Array, string, string][] = [
  [
    new Uint8Array(22).fill(0x0b),
    range(0x00, 0x0c),
    range(0xf0, 0xf9),
    "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
  ],
  [
    range(0x00, 0x4f),
    range(0x60, 0xaf),
    range(0xb0, 0xff),
    "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
    "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09" +
      "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
  ],
  [
    new Uint8Array(22).fill(0x0b),
    new Uint8Array(0),
    new Uint8Array(0),
    "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
  ],
];

test("HKDF with SHA-256 gives what RFC 5869 says", () => {
  for (const [secret, salt, info, key, output] of vectors) {
    const extracted = hkdfExtract(crypto, salt, secret);
    assert.equal(digitsOf(extracted), key);
    const { length } = bytesOf(output);
    assert.equal(digitsOf(hkdfExpand(crypto, extracted, info, length)), output);
  }
});

test("more than 255 blocks are refused", () => {
  const key = new Uint8Array(32);
  assert.equal(hkdfExpand(crypto, key, key, 8_160).length, 8_160);
  assert.throws(() => hkdfExpand(crypto, key, key, 8_161), RangeError);
});
