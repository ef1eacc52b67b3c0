// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { HostCrypto } from "../../modules/base/host-crypto.ts";
import { bytesOf, digitsOf } from "./hex.ts";

const ascii = (text: string) => new TextEncoder().encode(text);
const none = new Uint8Array(0);

/** The tests that the cryptography of every host has to pass: published vectors, and refusals. */
export function testHostCrypto(name: string, crypto: HostCrypto): void {
  test(`${name}: hashes are those of FIPS 180-4`, () => {
    assert.equal(
      digitsOf(crypto.sha256(ascii("abc"))),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    assert.equal(
      digitsOf(crypto.sha256(none)),
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
    assert.equal(
      digitsOf(crypto.sha512(ascii("abc"))),
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    );
  });

  test(`${name}: HMAC-SHA-256 is that of RFC 4231, with short and long keys`, () => {
    const vectors: [Uint8Array, Uint8Array, string][] = [
      [
        new Uint8Array(20).fill(0x0b),
        ascii("Hi There"),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
      ],
      [
        ascii("Jefe"),
        ascii("what do ya want for nothing?"),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
      ],
      [
        new Uint8Array(131).fill(0xaa),
        ascii("Test Using Larger Than Block-Size Key - Hash Key First"),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
      ],
    ];
    for (const [key, text, tag] of vectors) {
      assert.equal(digitsOf(crypto.hmacSHA256(key, text)), tag);
    }
  });

  test(`${name}: X25519 is that of RFC 7748, and a result of 0 is none`, () => {
    const vectors: [string, string, string][] = [
      [
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
      ],
      [
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
      ],
      [
        "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
        `09${"00".repeat(31)}`,
        "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
      ],
    ];
    for (const [key, u, result] of vectors) {
      assert.equal(digitsOf(crypto.x25519(bytesOf(key), bytesOf(u)) ?? none), result);
    }
    const key = bytesOf(vectors[0]?.[0] ?? "");
    assert.equal(crypto.x25519(key, new Uint8Array(32)), undefined);
    assert.equal(crypto.x25519(key, bytesOf(`01${"00".repeat(31)}`)), undefined);
  });

  test(`${name}: a signature on P-256 is that of RFC 6979, and no other message, key or bit`, () => {
    const key = bytesOf(
      "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6" +
        "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
    );
    const signature = bytesOf(
      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716" +
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    );
    const changed = (bytes: Uint8Array, at: number) =>
      bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
    assert.equal(crypto.verifyP256(key, ascii("sample"), signature), true);
    assert.equal(crypto.verifyP256(key, ascii("Sample"), signature), false);
    for (const at of [0, 31, 32, 63]) {
      assert.equal(crypto.verifyP256(key, ascii("sample"), changed(signature, at)), false);
    }
    // No point of the curve.
    assert.equal(crypto.verifyP256(changed(key, 40), ascii("sample"), signature), false);
    assert.equal(crypto.verifyP256(key, ascii("sample"), new Uint8Array(64)), false);
  });

  // RFC 8439, section 2.8.2.
  const key = Uint8Array.from({ length: 32 }, (_, i) => 0x80 + i);
  const nonce = bytesOf("070000004041424344454647");
  const aad = bytesOf("50515253c0c1c2c3c4c5c6c7");
  const plaintext = ascii(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, " +
      "sunscreen would be it.",
  );
  const sealed =
    "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6" +
    "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36" +
    "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc" +
    "3ff4def08e4b7a9de576d26586cec64b6116" +
    "1ae10b594f09e26a7e902ecbd0600691";

  test(`${name}: ChaCha20-Poly1305 is that of RFC 8439`, () => {
    assert.equal(digitsOf(crypto.seal(key, nonce, aad, plaintext)), sealed);
    assert.deepEqual(crypto.open(key, nonce, aad, bytesOf(sealed)), plaintext);
    const empty = crypto.seal(key, nonce, none, none);
    assert.equal(empty.length, 16);
    assert.deepEqual(crypto.open(key, nonce, none, empty), none);
  });

  test(`${name}: nothing is opened that was changed, cut, or is of another key, nonce or place`, () => {
    const bytes = bytesOf(sealed);
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] as number) ^ 1;
      assert.equal(crypto.open(key, nonce, aad, changed), undefined, `byte ${at}`);
    }
    for (const length of [0, 1, 15, 16, bytes.length - 1]) {
      assert.equal(crypto.open(key, nonce, aad, bytes.subarray(0, length)), undefined);
    }
    const other = (value: Uint8Array) => value.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
    assert.equal(crypto.open(other(key), nonce, aad, bytes), undefined);
    assert.equal(crypto.open(key, other(nonce), aad, bytes), undefined);
    assert.equal(crypto.open(key, nonce, other(aad), bytes), undefined);
  });

  test(`${name}: what is given is left as it is, and what is returned belongs to the caller`, () => {
    const text = plaintext.slice();
    const once = crypto.seal(key, nonce, aad, text);
    assert.deepEqual(text, plaintext);
    once.fill(0);
    assert.equal(digitsOf(crypto.seal(key, nonce, aad, text)), sealed);
  });
}
