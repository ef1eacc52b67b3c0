// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { maxCryptoLength } from "../../../../hosts/moddable/crypto/crypto-engine.ts";
import { MbedTLSCrypto } from "../../../../hosts/moddable/crypto/mbedtls-crypto.ts";
import { nodeCrypto } from "../../../../hosts/sim/node/board/node-crypto.ts";
import { sealTagLength } from "../../../../modules/base/host-crypto.ts";
import { loadCrypto } from "../../../support/crypto-library.ts";
import { testHostCrypto } from "../../../support/crypto-tests.ts";
import { bytesOf, digitsOf } from "../../../support/hex.ts";
import { withoutMbedTLS } from "../../../support/mbedtls-addon.ts";

if (withoutMbedTLS === false) testMbedTLS();
else test("cryptography of the boards", { skip: withoutMbedTLS }, () => {});

function testMbedTLS(): void {
  const engine = loadCrypto();
  const crypto = new MbedTLSCrypto(engine);
  const bytes = (length: number) => nodeCrypto.randomBytes(length);
  const zeros = (length: number) => new Uint8Array(length);

  testHostCrypto("mbedTLS", crypto);

  test("mbedTLS agrees with Node on bytes at random, from none to the most", () => {
    const lengths = [0, 1, 15, 16, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1_000, 8_191, 8_192];
    for (const length of [...lengths, maxCryptoLength]) {
      const [key, nonce, aad, text] = [bytes(32), bytes(12), bytes(length), bytes(length)];
      assert.deepEqual(crypto.sha256(text), nodeCrypto.sha256(text));
      assert.deepEqual(crypto.sha512(text), nodeCrypto.sha512(text));
      assert.deepEqual(crypto.hmacSHA256(aad, text), nodeCrypto.hmacSHA256(aad, text));
      const sealed = nodeCrypto.seal(key, nonce, aad, text);
      assert.deepEqual(crypto.seal(key, nonce, aad, text), sealed);
      assert.deepEqual(crypto.open(key, nonce, aad, sealed), text);
      assert.equal(crypto.randomBytes(length).length, length);
    }
  });

  test("mbedTLS agrees with Node on X25519 of keys and points at random", () => {
    for (let i = 0; i < 50; i++) {
      const [key, u] = [bytes(32), bytes(32)];
      assert.deepEqual(crypto.x25519(key, u), nodeCrypto.x25519(key, u), digitsOf(u));
    }
  });

  test("mbedTLS takes any 32 bytes for a key, and a point that is not reduced for what it means", () => {
    const u = bytes(32);
    for (const key of [zeros(32), zeros(32).fill(0xff), bytesOf(`07${"00".repeat(30)}80`)]) {
      assert.deepEqual(crypto.x25519(key, u), nodeCrypto.x25519(key, u), digitsOf(key));
    }
    // 2^255 - 19 + n is n; the highest bit does not count.
    for (let low = 0xed; low <= 0xff; low++) {
      for (const high of ["7f", "ff"]) {
        const point = bytesOf(`${low.toString(16)}${"ff".repeat(30)}${high}`);
        const key = bytes(32);
        assert.deepEqual(crypto.x25519(key, point), nodeCrypto.x25519(key, point), digitsOf(point));
      }
    }
  });

  test("mbedTLS refuses each point of low order, and gives nothing of the key away", () => {
    // The list of cr.yp.to/ecdh.html, section "How do I validate Curve25519 public keys?".
    const points = [
      "00".repeat(32),
      `01${"00".repeat(31)}`,
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
      `ec${"ff".repeat(30)}7f`,
      `ed${"ff".repeat(30)}7f`,
      `ee${"ff".repeat(30)}7f`,
      "cdeb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880",
      "4c9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7",
      `d9${"ff".repeat(31)}`,
      `da${"ff".repeat(31)}`,
      `db${"ff".repeat(31)}`,
    ].map(bytesOf);
    for (const point of points) {
      const key = bytes(32);
      const into = zeros(32).fill(0xaa);
      const expected = nodeCrypto.x25519(key, point);
      assert.deepEqual(crypto.x25519(key, point), expected, digitsOf(point));
      if (expected) continue;
      assert.equal(engine.x25519(key, point, into), false);
      assert.deepEqual(into, zeros(32));
    }
  });

  test("nothing of a text is left that was not opened", () => {
    const [key, nonce, text] = [bytes(32), bytes(12), bytes(100)];
    const sealed = crypto.seal(key, nonce, text, text);
    sealed[115] = (sealed[115] as number) ^ 0x80;
    const into = text.slice();
    assert.equal(engine.open(key, nonce, text, sealed, into), false);
    assert.deepEqual(into, zeros(100));
  });

  test("keys, nonces and points of another length are refused, and said", () => {
    for (const length of [0, 1, 11, 13, 16, 31, 33, 64, 4_096]) {
      const wrong = bytes(length);
      const [key, nonce, none] = [bytes(32), bytes(12), zeros(0)];
      for (const call of [
        () => crypto.x25519(wrong, key),
        () => crypto.x25519(key, wrong),
        () => crypto.seal(wrong, nonce, none, none),
        () => crypto.seal(key, wrong, none, none),
        () => crypto.open(wrong, nonce, none, zeros(16)),
        () => crypto.open(key, wrong, none, zeros(16)),
      ]) {
        assert.throws(
          call,
          /^Error: crypto\/bad-length: \S+: something given is too short or too long$/,
        );
      }
    }
  });

  test("more than 16 KB is refused, and so is a number of random bytes that is none", () => {
    const long = zeros(maxCryptoLength + 1);
    const [key, nonce, none] = [bytes(32), bytes(12), zeros(0)];
    for (const call of [
      () => crypto.sha256(long),
      () => crypto.sha512(long),
      () => crypto.hmacSHA256(long, none),
      () => crypto.hmacSHA256(key, long),
      () => crypto.seal(key, nonce, long, none),
      () => crypto.seal(key, nonce, none, long),
      () => crypto.open(key, nonce, long, zeros(16)),
      () => crypto.open(key, nonce, none, zeros(maxCryptoLength + sealTagLength + 1)),
      () => crypto.open(key, nonce, none, zeros(1_000_000)),
      ...[maxCryptoLength + 1, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32].map(
        (length) => () => crypto.randomBytes(length),
      ),
    ]) {
      assert.throws(call, /crypto\/bad-length: /);
    }
  });

  test("room for a result that is too short or too long is not written to", () => {
    const [key, nonce, text] = [bytes(32), bytes(12), bytes(40)];
    const calls: [number, (into: Uint8Array) => unknown][] = [
      [32, (into) => engine.sha256(text, into)],
      [64, (into) => engine.sha512(text, into)],
      [32, (into) => engine.hmacSHA256(key, text, into)],
      [32, (into) => engine.x25519(key, key, into)],
      [56, (into) => engine.seal(key, nonce, text, text, into)],
      [24, (into) => engine.open(key, nonce, text, text, into)],
    ];
    for (const [length, call] of calls) {
      for (const other of [0, 1, length - 1, length + 1, 2 * length]) {
        const into = zeros(other).fill(0xaa);
        assert.throws(() => call(into), /crypto\/bad-length: /);
        assert.deepEqual(into, zeros(other).fill(0xaa));
      }
    }
  });

  test("random bytes are not the same twice", () => {
    const seen = new Set<string>();
    for (let i = 0; i < 1_000; i++) seen.add(digitsOf(crypto.randomBytes(16)));
    assert.equal(seen.size, 1_000);
  });
}
