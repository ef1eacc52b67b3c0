// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { nodeCrypto } from "../../../../../hosts/sim/node/board/node-crypto.ts";
import { testHostCrypto } from "../../../../support/crypto-tests.ts";
import { bytesOf, digitsOf } from "../../../../support/hex.ts";
import { testCrypto } from "../../../../support/test-crypto.ts";

testHostCrypto("Node", nodeCrypto);

test("X25519 a thousand times over is that of RFC 7748", () => {
  let k = bytesOf(`09${"00".repeat(31)}`);
  let u = k;
  for (let i = 0; i < 1_000; i++) {
    const result = nodeCrypto.x25519(k, u);
    assert.ok(result);
    u = k;
    k = result;
  }
  assert.equal(digitsOf(k), "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
});

test("what the tests count with agrees with Node on bytes at random", () => {
  const other = testCrypto(7);
  for (let i = 0; i < 100; i++) {
    const [key, nonce, aad, text] = [32, 12, i, 3 * i].map((length) =>
      nodeCrypto.randomBytes(length),
    ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    assert.deepEqual(other.sha256(text), nodeCrypto.sha256(text));
    assert.deepEqual(other.sha512(text), nodeCrypto.sha512(text));
    assert.deepEqual(other.hmacSHA256(aad, text), nodeCrypto.hmacSHA256(aad, text));
    assert.deepEqual(other.seal(key, nonce, aad, text), nodeCrypto.seal(key, nonce, aad, text));
    if (i < 10) assert.deepEqual(other.x25519(key, key), nodeCrypto.x25519(key, key));
  }
});
