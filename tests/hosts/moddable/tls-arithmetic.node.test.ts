// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { createCipheriv, createHash } from "node:crypto";
import test from "node:test";
import type * as ArithmeticModule from "../../../hosts/moddable/tls-arithmetic.ts";
import { bytesOf, numberOf } from "../../../modules/tls/bytes.ts";
import { P256, P384, type Point } from "../../../modules/tls/curves.ts";
import { nodeCrypto } from "../../support/node-crypto.ts";
import { powerOf, productOf, sumOf } from "../../support/reference-curve.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

const exact = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** The SDK's hash: its names have no hyphen, and `close` ends it unless more is to come. */
class FakeDigest {
  #hash;
  constructor(type: string) {
    this.#hash = createHash(type);
  }
  write(data: Uint8Array): void {
    this.#hash.update(data);
  }
  close(more = false): ArrayBuffer {
    return exact(more ? this.#hash.copy().digest() : this.#hash.digest());
  }
}

/** GHASH of NIST SP 800-38D, from the definition. */
class FakeGHASH {
  readonly #key: bigint;
  readonly #additional: Uint8Array;
  #data = new Uint8Array(0);

  constructor(hashKey: ArrayBuffer, additional: ArrayBuffer) {
    assert.ok(hashKey instanceof ArrayBuffer && additional instanceof ArrayBuffer);
    this.#key = numberOf(new Uint8Array(hashKey));
    this.#additional = new Uint8Array(additional);
  }
  write(data: Uint8Array): void {
    this.#data = Uint8Array.of(...this.#data, ...data);
  }
  close(): ArrayBuffer {
    let y = 0n;
    const lengths = new Uint8Array(16);
    const view = new DataView(lengths.buffer);
    view.setUint32(4, this.#additional.length * 8);
    view.setUint32(12, this.#data.length * 8);
    for (const part of [this.#additional, this.#data, lengths]) {
      for (let at = 0; at < part.length; at += 16) {
        const block = new Uint8Array(16);
        block.set(part.subarray(at, at + 16));
        y = multiplied(y ^ numberOf(block), this.#key);
      }
    }
    return exact(bytesOf(y, 16));
  }
}

function multiplied(x: bigint, y: bigint): bigint {
  let z = 0n;
  let v = y;
  for (let i = 127n; i >= 0n; i--) {
    if ((x >> i) & 1n) z ^= v;
    v = v & 1n ? (v >> 1n) ^ (0xe1n << 120n) : v >> 1n;
  }
  return z;
}

class FakeBlockCipher {
  readonly key: Uint8Array;
  constructor(cipher: string, key: ArrayBuffer) {
    assert.equal(cipher, "AES");
    assert.ok(key instanceof ArrayBuffer && key.byteLength === 16);
    this.key = new Uint8Array(key);
  }
  encrypt(data: ArrayBuffer): ArrayBuffer {
    assert.ok(data instanceof ArrayBuffer && data.byteLength === 16);
    const cipher = createCipheriv("aes-128-ecb", this.key, null).setAutoPadding(false);
    return exact(cipher.update(new Uint8Array(data)));
  }
}

class FakeMode {
  readonly #cipher: FakeBlockCipher;
  #counter = new Uint8Array(16);
  constructor(mode: string, cipher: FakeBlockCipher) {
    assert.equal(mode, "CTR");
    this.#cipher = cipher;
  }
  setIV(counter: ArrayBuffer): void {
    assert.ok(counter instanceof ArrayBuffer && counter.byteLength === 16);
    this.#counter = new Uint8Array(counter);
  }
  encrypt(data: Uint8Array): ArrayBuffer {
    return exact(createCipheriv("aes-128-ctr", this.#cipher.key, this.#counter).update(data));
  }
}

class FakePoint {
  readonly x: bigint;
  readonly y: bigint;
  readonly #isZero: boolean;
  constructor(x: bigint, y: bigint, isZero = false) {
    this.x = x;
    this.y = y;
    this.#isZero = isZero;
  }
  isZero = () => this.#isZero;
}

const fake = (point: Point | undefined) =>
  point ? new FakePoint(point.x, point.y) : new FakePoint(0n, 0n, true);

class FakeEC {
  readonly #curve;
  constructor(a: bigint, b: bigint, m: bigint) {
    const curve = [P256, P384].find(({ p }) => p === m);
    assert.ok(curve && curve.a === a && curve.b === b);
    this.#curve = curve;
  }
  mul = (point: Point, factor: bigint) => fake(productOf(this.#curve, point, factor));
  mul2(one: Point, first: bigint, two: Point, second: bigint) {
    assert.ok(first > 0n && second > 0n, "it wants positive factors");
    const [a, b] = [productOf(this.#curve, one, first), productOf(this.#curve, two, second)];
    return fake(sumOf(this.#curve, a, b));
  }
}

class FakeMont {
  readonly #m: bigint;
  constructor({ m }: { m: bigint }) {
    this.#m = m;
  }
  exp = (base: bigint, exponent: bigint) => powerOf(base, exponent, this.#m);
}

const { SDKArithmetic } = await importWithSDK<typeof ArithmeticModule>(
  "hosts/moddable/tls-arithmetic.ts",
  {
    "./sdk-crypt.js": {
      Digest: FakeDigest,
      GHASH: FakeGHASH,
      BlockCipher: FakeBlockCipher,
      Mode: FakeMode,
      EC: FakeEC,
      ECPoint: FakePoint,
      Mont: FakeMont,
    },
  },
);
const arithmetic = new SDKArithmetic((count) => new Uint8Array(count));
const text = (value: string) => new TextEncoder().encode(value);

test("a hash can be asked for in between, and goes on", () => {
  for (const name of ["SHA-256", "SHA-384", "SHA-512"] as const) {
    const [ours, node] = [arithmetic.createHash(name), nodeCrypto.createHash(name)];
    for (const part of ["a", "", "bc"]) {
      ours.update(text(part));
      node.update(text(part));
      assert.deepEqual(ours.digest(), node.digest());
    }
  }
});

test("seals as AES-128-GCM does, also with zeros at the start of a nonce, and opens it again", () => {
  const key = Uint8Array.from({ length: 16 }, (_, i) => i);
  const [ours, node] = [arithmetic.createCipher(key), nodeCrypto.createCipher(key)];
  for (const [first, length] of [
    [0, 0],
    [0, 1],
    [255, 16],
    [7, 17],
    [1, 300],
  ] as const) {
    // A view into something larger, as the records are.
    const nonce = new Uint8Array(20).subarray(3, 15).fill(9, 4);
    nonce[0] = first;
    const additional = new Uint8Array(13).fill(length);
    const plain = new Uint8Array(length + 2).fill(length).subarray(1, length + 1);
    const sealed = ours.seal(nonce, additional, plain);
    assert.deepEqual(sealed, node.seal(nonce, additional, plain));
    assert.deepEqual(ours.open(nonce, additional, sealed), new Uint8Array(plain));
  }
});

test("opens nothing of which a bit was changed", () => {
  const cipher = arithmetic.createCipher(new Uint8Array(16));
  const [nonce, additional] = [new Uint8Array(12), new Uint8Array(13)];
  const sealed = cipher.seal(nonce, additional, text("reading"));
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(cipher.open(nonce, additional, changed), undefined, `byte ${at}`);
  }
  assert.equal(cipher.open(nonce, Uint8Array.of(...additional.subarray(1), 1), sealed), undefined);
  for (const length of [0, 15, 16]) {
    assert.equal(cipher.open(nonce, additional, sealed.subarray(0, length)), undefined);
  }
  assert.notEqual(cipher.open(nonce, additional, sealed), undefined);
});

test("points and powers are those of the curves, the point at infinity is none", () => {
  for (const curve of [P256, P384]) {
    const { G, n } = curve;
    const point = arithmetic.multiply(curve, G, 5n);
    assert.ok(point);
    assert.equal(point.x, productOf(curve, G, 5n)?.x);
    assert.equal(point.y, productOf(curve, G, 5n)?.y);
    assert.equal(arithmetic.multiply(curve, G, n), undefined);
    const sum = arithmetic.combine(curve, 7n, point, 2n);
    assert.equal(sum?.x, productOf(curve, G, 17n)?.x);
    assert.equal(arithmetic.combine(curve, 0n, point, 2n)?.x, productOf(curve, G, 10n)?.x);
    assert.equal(arithmetic.combine(curve, n - 5n, point, 1n), undefined);
  }
  assert.equal(arithmetic.power(3n, 20n, 1_000_003n), 3n ** 20n % 1_000_003n);
});
