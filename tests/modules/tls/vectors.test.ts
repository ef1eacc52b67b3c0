// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { hexOf } from "../../../modules/base/hex.ts";
import { bytesOf, concat, numberOf } from "../../../modules/tls/bytes.ts";
import { type Curve, P256, P384 } from "../../../modules/tls/curves.ts";
import { secretNumber } from "../../../modules/tls/key-agreement.ts";
import { deriveKeys, expand, hmac } from "../../../modules/tls/key-schedule.ts";
import type { PublicKey } from "../../../modules/tls/public-key.ts";
import { RecordProtection } from "../../../modules/tls/record-protection.ts";
import { isSignedBy, paddedHash } from "../../../modules/tls/signature.ts";
import type { HashName } from "../../../modules/tls/tls-crypto.ts";
import { der, integer, signWith, testKey } from "../../support/certificate-maker.ts";
import { bytesOf as bytesOfHex } from "../../support/hex.ts";
import { referenceHash } from "../../support/reference-hash.ts";
import { seededCrypto } from "../../support/seeded-crypto.ts";

const crypto = seededCrypto(1);
const text = (value: string) => new TextEncoder().encode(value);

test("HMAC-SHA-256 is that of RFC 4231", () => {
  const one = hmac(crypto, new Uint8Array(20).fill(11), text("Hi There"));
  assert.equal(hexOf(one), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  const two = hmac(crypto, text("Jefe"), text("what do ya want "), text("for nothing?"));
  assert.equal(hexOf(two), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
});

test("keys are expanded as in the vector of the IETF's TLS group for SHA-256", () => {
  const secret = bytesOfHex("9bbe436ba940f017b17652849a71db35");
  const seed = bytesOfHex("a0ba9f936cda311827a6f796ffd5198c");
  const expected =
    "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14" +
    "baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e" +
    "5a5110fff70187347b66";
  for (const length of [1, 31, 32, 33, 100]) {
    const result = expand(crypto, { secret, label: "test label", seed, length });
    assert.equal(hexOf(result), expected.slice(0, 2 * length));
  }
});

test("the key block begins with both keys, the client's first, then both salts (RFC 5246, 6.3)", () => {
  const [secret, seed] = [new Uint8Array(48).fill(1), new Uint8Array(64).fill(2)];
  const { client, server } = deriveKeys(crypto, secret, seed);
  const block = expand(crypto, { secret, label: "key expansion", seed, length: 40 });
  assert.equal(hexOf(concat(client.key, server.key, client.salt, server.salt)), hexOf(block));
});

// RFC 6979, A.2.5 and A.2.6: message "sample".
const keys = {
  p256: {
    curve: P256,
    x: "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
    y: "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
  },
  p384: {
    curve: P384,
    x: "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13",
    y: "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720",
  },
};

function publicKey({ curve, x, y }: { curve: Curve; x: string; y: string }): PublicKey {
  return { kind: "ecdsa", curve, point: { x: BigInt(`0x${x}`), y: BigInt(`0x${y}`) } };
}

function verify(key: PublicKey, hash: HashName, message: string, signature: Uint8Array): boolean {
  return isSignedBy(crypto, key, {
    algorithm: { kind: key.kind, hash },
    parts: [text(message)],
    signature,
  });
}

const vectors: readonly [keyof typeof keys, HashName, string, string][] = [
  [
    "p256",
    "SHA-512",
    "8496a60b5e9b47c825488827e0495b0e3fa109ec4568fd3f8d1097678eb97f00",
    "2362ab1adbe2b8adf9cb9edab740ea6049c028114f2460f96554f61fae3302fe",
  ],
  [
    "p384",
    "SHA-384",
    "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46",
    "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
  ],
  [
    "p384",
    "SHA-256",
    "21b13d1e013c7fa1392d03c5f99af8b30c570c6f98d4ea8e354b63a21d3daa33bde1e888e63355d92fa2b3c36d8fb2cd",
    "f3aa443fb107745bf4bd77cb3891674632068a10ca67e3d45db2266fa7d1feebefdc63eccd1ac42ec0cb8668a4fa0ab0",
  ],
];

test("a hash may be longer or shorter than the order of the curve", () => {
  for (const [name, hash, r, s] of vectors) {
    const key = publicKey(keys[name]);
    const [first, second] = [BigInt(`0x${r}`), BigInt(`0x${s}`)];
    const good = der(0x30, integer(first), integer(second));
    assert.equal(verify(key, hash, "sample", good), true, `${name} ${hash}`);
    assert.equal(verify(key, hash, "test", good), false);
    assert.equal(verify(key, "SHA-256", "sample", good), hash === "SHA-256");
  }
});

test("an ECDSA signature has one form of DER only", () => {
  const owner = testKey(7n);
  const key: PublicKey = { kind: "ecdsa", curve: P256, point: owner.point };
  const good = signWith(owner, text("x"));
  const isGood = (signature: Uint8Array) => verify(key, "SHA-256", "x", signature);
  assert.equal(isGood(good), true);
  const inner = good.subarray(2);
  const [, , , length = 0] = good;
  const [r, s] = [inner.subarray(0, 2 + length), inner.subarray(2 + length)];
  const longer = (part: Uint8Array) => der(2, Uint8Array.of(0), part.subarray(2));
  const n = P256.n;
  const value = (part: Uint8Array) => numberOf(part.subarray(2));
  const bad: readonly [string, Uint8Array][] = [
    ["a long length", concat(Uint8Array.of(0x30, 0x81, inner.length), inner)],
    ["a longer length", concat(Uint8Array.of(0x30, 0x82, 0, inner.length), inner)],
    ["no length", concat(Uint8Array.of(0x30, 0x80), inner, Uint8Array.of(0, 0))],
    ["a zero before r", der(0x30, longer(r), s)],
    ["a zero before s", der(0x30, r, longer(s))],
    ["a long length of r", der(0x30, Uint8Array.of(2, 0x81, length), r.subarray(2), s)],
    ["something behind s", der(0x30, r, s, Uint8Array.of(5, 0))],
    ["something behind all", concat(good, Uint8Array.of(5, 0))],
    ["another tag", der(0x31, r, s)],
    ["r no integer", der(0x30, der(4, r.subarray(2)), s)],
    ["no s", der(0x30, r)],
    ["nothing", der(0x30)],
    ["r + n", der(0x30, integer(value(r) + n), s)],
    ["s + n", der(0x30, r, integer(value(s) + n))],
    ["r of 2 ^ 256", der(0x30, integer(1n << 256n), s)],
    ["r and s of 1", der(0x30, integer(1n), integer(1n))],
    ["empty r", der(0x30, der(2), s)],
    ["a long r", der(0x30, integer(1n << 4_000n), s)],
  ];
  for (const [what, signature] of bad) assert.equal(isGood(signature), false, what);
  for (let count = 0; count < good.length; count++)
    assert.equal(isGood(good.slice(0, count)), false);
});

test("a sum of points at infinity or of equal points is no trouble", () => {
  // The key is the generator or its opposite: its products meet those of the generator.
  const message = "x";
  const hash = numberOf(referenceHash("SHA-256", text(message)));
  const { G, n, p } = P256;
  for (const point of [G, { x: G.x, y: p - G.y }]) {
    const key: PublicKey = { kind: "ecdsa", curve: P256, point };
    // u = v, and so u · G + v · key is 2u · G, or infinity: r = hash, any s.
    const r = hash % n;
    for (const s of [1n, 2n, n - 1n]) {
      const signature = der(0x30, integer(r), integer(s));
      assert.equal(verify(key, "SHA-256", message, signature), false);
    }
  }
  // A signature with the secret 1 is one.
  const own: PublicKey = { kind: "ecdsa", curve: P256, point: G };
  assert.equal(verify(own, "SHA-256", message, signWith(testKey(1n), text(message))), true);
});

test("an RSA block in which a forger has room for a cube root is refused", () => {
  const hash = referenceHash("SHA-256", text("x"));
  const whole = paddedHash("SHA-256", hash, 384);
  const info = whole.subarray(384 - 32 - 20);
  const modulus = (1n << 3071n) + 1n;
  const key = (exponent: bigint): PublicKey => ({ kind: "rsa", modulus, exponent, size: 384 });
  const isGood = (block: Uint8Array) => verify(key(1n), "SHA-256", "x", block);
  assert.equal(isGood(whole), true);
  const filled = (...parts: Uint8Array[]) => {
    const block = new Uint8Array(384);
    block.set(concat(...parts));
    return block;
  };
  const ones = (count: number) => new Uint8Array(count).fill(0xff);
  const head = Uint8Array.of(0, 1);
  const withoutNull = concat(
    Uint8Array.of(0),
    bytesOfHex("302f300b0609608648016503040201 0420"),
    hash,
  );
  const bad: readonly [string, Uint8Array][] = [
    ["the hash in front, rubbish behind", filled(head, ones(8), info)],
    ["little padding", filled(head, info)],
    ["type 2", filled(Uint8Array.of(0, 2), ones(384 - 2 - info.length), info)],
    ["type 0", filled(Uint8Array.of(0, 0), ones(384 - 2 - info.length), info)],
    ["without parameters", filled(head, ones(384 - 2 - withoutNull.length), withoutNull)],
    ["without an algorithm", filled(head, ones(384 - 2 - 33), Uint8Array.of(0), hash)],
    ["of SHA-512", filled(paddedHash("SHA-512", concat(hash, hash), 384))],
  ];
  for (const [what, block] of bad) assert.equal(isGood(block), false, what);
  // With exponent 3: the cube root of a block with rubbish behind the hash.
  const target = numberOf(filled(head, ones(8), info));
  let root = 0n;
  for (let bit = 1_023n; bit >= 0n; bit--) {
    if ((root | (1n << bit)) ** 3n <= target) root |= 1n << bit;
  }
  const cube = bytesOf((root + 1n) ** 3n, 384);
  assert.deepEqual(
    cube.subarray(0, 10 + info.length),
    filled(head, ones(8), info).subarray(0, 10 + info.length),
  );
  assert.equal(verify(key(3n), "SHA-256", "x", bytesOf(root + 1n, 384)), false);
});

test("a secret number is from 1 to n - 1, also from random bytes that are all alike", () => {
  for (const curve of [P256, P384]) {
    for (const byte of [0, 1, 0xff]) {
      let asked = 0;
      const random = (count: number) => {
        asked = count;
        return new Uint8Array(count).fill(byte);
      };
      const secret = secretNumber({ ...crypto, random }, curve);
      assert.ok(secret >= 1n && secret < curve.n);
      assert.equal(asked, curve.size + 8);
    }
  }
});

test("an RSA signature is below the modulus, so that there is one of it only", () => {
  const modulus = (1n << 2047n) + 1n;
  const key: PublicKey = { kind: "rsa", modulus, exponent: 1n, size: 256 };
  const block = paddedHash("SHA-256", referenceHash("SHA-256", text("x")), 256);
  assert.equal(verify(key, "SHA-256", "x", block), true);
  const second = bytesOf(numberOf(block) + modulus, 256);
  assert.equal(numberOf(second) % modulus, numberOf(block));
  assert.equal(verify(key, "SHA-256", "x", second), false);
});

test("a record that is too short for nonce and tag is not shown to the cipher", () => {
  const bytes = Uint8Array.of(1);
  const cipher = { seal: () => bytes, open: () => bytes };
  const keys = { key: new Uint8Array(16), salt: new Uint8Array(4) };
  const protection = new RecordProtection({ ...crypto, createCipher: () => cipher }, keys);
  for (const length of [0, 7, 8, 23]) {
    assert.equal(protection.open(23, new Uint8Array(length)), undefined, `${length}`);
  }
  assert.equal(protection.open(23, new Uint8Array(24)), bytes);
});
