// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { hexOf } from "../../../modules/base/hex.ts";
import { bytesOf, concat, numberOf } from "../../../modules/tls/bytes.ts";
import { decodePoint, encodePoint } from "../../../modules/tls/curve-point.ts";
import { curves, P256 } from "../../../modules/tls/curves.ts";
import type { PublicKey } from "../../../modules/tls/public-key.ts";
import { isSignedBy, paddedHash } from "../../../modules/tls/signature.ts";
import { bytesOf as bytesOfHex } from "../../support/hex.ts";
import { referenceCrypto } from "../../support/reference-crypto.ts";
import { productOf } from "../../support/reference-curve.ts";
import { referenceHash } from "../../support/reference-hash.ts";

const text = (value: string) => new TextEncoder().encode(value);

test("the hashes of the tests are those of FIPS 180-4", () => {
  const start = (name: "SHA-256" | "SHA-384" | "SHA-512") =>
    hexOf(referenceHash(name, text("abc"))).slice(0, 16);
  assert.equal(start("SHA-256"), "ba7816bf8f01cfea");
  assert.equal(start("SHA-384"), "cb00753f45a35e8b");
  assert.equal(start("SHA-512"), "ddaf35a193617aba");
});

test("the generators lie on their curves, and their order is n", () => {
  for (const curve of curves) {
    assert.deepEqual(decodePoint(curve, encodePoint(curve, curve.G)), curve.G);
    assert.equal(productOf(curve, curve.G, curve.n), undefined);
  }
});

test("a point that is not on the curve, too large or in another form is none", () => {
  const bytes = encodePoint(P256, P256.G);
  const changed = bytes.slice();
  changed[64] = (changed[64] ?? 0) ^ 1;
  assert.equal(decodePoint(P256, changed), undefined);
  assert.equal(decodePoint(P256, bytes.subarray(0, 64)), undefined);
  assert.equal(decodePoint(P256, concat(Uint8Array.of(2), bytes.subarray(1))), undefined);
  const { p, G } = P256;
  const large = concat(Uint8Array.of(4), bytesOf(p + 1n, 32), bytesOf(G.y, 32));
  assert.equal(decodePoint(P256, large), undefined);
});

// RFC 6979, A.2.5: P-256 with SHA-256, message "sample".
const point = {
  x: 0x60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6n,
  y: 0x7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299n,
};
const r = 0xefd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716n;
const s = 0xf7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8n;
const key: PublicKey = { kind: "ecdsa", curve: P256, point };

function integer(value: bigint): Uint8Array {
  const bytes = bytesOf(value, 33);
  const rest = bytes.subarray((bytes[1] ?? 0) < 0x80 ? 1 : 0);
  return concat(Uint8Array.of(2, rest.length), rest);
}

function isGood(signature: Uint8Array, message = "sample"): boolean {
  const algorithm = { kind: "ecdsa", hash: "SHA-256" } as const;
  return isSignedBy(referenceCrypto, key, { algorithm, parts: [text(message)], signature });
}

function pair(first: Uint8Array, second: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(0x30, first.length + second.length), first, second);
}

test("an ECDSA signature is good for its message only", () => {
  const good = pair(integer(r), integer(s));
  assert.equal(isGood(good), true);
  assert.equal(isGood(good, "Sample"), false);
  assert.equal(isGood(pair(integer(s), integer(r))), false);
});

test("ECDSA numbers that are 0, not below the order, or in another form are refused", () => {
  const { n } = P256;
  const zero = Uint8Array.of(2, 1, 0);
  const negative = concat(Uint8Array.of(2, 32), bytesOf(s, 32));
  for (const signature of [
    pair(zero, zero),
    pair(zero, integer(s)),
    pair(integer(r), zero),
    pair(integer(r), integer(n)),
    pair(integer(n), integer(s)),
    pair(integer(r), integer(n + 1n)),
    pair(integer(r), negative),
    concat(pair(integer(r), integer(s)), Uint8Array.of(0)),
    concat(bytesOf(r, 32), bytesOf(s, 32)),
    new Uint8Array(0),
  ]) {
    assert.equal(isGood(signature), false, hexOf(signature));
  }
});

test("an RSA block is the padding of RFC 8017 to the last byte", () => {
  const hash = referenceHash("SHA-256", text("abc"));
  const block = paddedHash("SHA-256", hash, 256);
  assert.equal(block.length, 256);
  assert.equal(hexOf(block.subarray(0, 3)), "0001ff");
  const end = bytesOfHex("ff003031300d060960864801650304020105000420");
  assert.deepEqual(block.subarray(256 - 32 - end.length, 224), end);
  assert.deepEqual(block.subarray(224), hash);
});

test("an RSA signature must have the block of its hash, the length of the key, and be below it", () => {
  // With exponent 1 the signature is the block itself; a real key would never have it.
  const modulus = (1n << 2048n) - 1n;
  const rsa: PublicKey = { kind: "rsa", modulus, exponent: 1n, size: 256 };
  const algorithm = { kind: "rsa", hash: "SHA-256" } as const;
  const parts = [text("ab"), text("c")];
  const block = paddedHash("SHA-256", referenceHash("SHA-256", text("abc")), 256);
  const check = (signature: Uint8Array) =>
    isSignedBy(referenceCrypto, rsa, { algorithm, parts, signature });
  assert.equal(check(block), true);
  for (let at = 0; at < 256; at += 5) {
    const changed = block.slice();
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    assert.equal(check(changed), false, `byte ${at}`);
  }
  assert.equal(check(block.subarray(1)), false);
  assert.equal(check(concat(Uint8Array.of(0), block)), false);
  assert.equal(check(bytesOf(numberOf(block) + modulus, 257)), false);
  const other = { algorithm: { kind: "ecdsa", hash: "SHA-256" }, parts, signature: block } as const;
  assert.equal(isSignedBy(referenceCrypto, rsa, other), false);
});
