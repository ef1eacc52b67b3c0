// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Elligator2 } from "../../../../modules/pairing/crypto/elligator.ts";
import { bytesOf, digitsOf } from "../../../support/hex.ts";
import { seededRandom } from "../../../support/random.ts";
import { seedCount } from "../../../support/seeds.ts";

const p = 2n ** 255n - 19n;
const A = 486_662n;

function mod(value: bigint): bigint {
  const rest = value % p;
  return rest < 0n ? rest + p : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function numberOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  return value;
}

/** Section 6.7.1 of RFC 9380, step by step as it is written there. */
function mapByTheBook(bytes: Uint8Array): bigint {
  const r = mod(numberOf(bytes) & ((1n << 255n) - 1n));
  const x1 = mod(-A * power(1n + 2n * r * r, p - 2n));
  const gx1 = mod(x1 * x1 * x1 + A * x1 * x1 + x1);
  const isSquare = power(gx1, (p - 1n) / 2n) !== p - 1n;
  return isSquare ? x1 : mod(-x1 - A);
}

/** The point, and how many steps it took. */
function mapped(bytes: Uint8Array): [point: Uint8Array, steps: number] {
  const map = new Elligator2(bytes);
  for (let steps = 1; steps < 100; steps++) {
    const point = map.step();
    if (point) return [point, steps];
  }
  throw new Error("the map does not end");
}

function reversed(digits: string): Uint8Array {
  return bytesOf(digits).reverse();
}

test("the map is that of RFC 9380, appendix J.4.2", () => {
  // u[0] and Q.x of curve25519_XMD:SHA-512_ELL2_NU_, the high byte first.
  const vectors: [u: string, x: string][] = [
    [
      "608d892b641f0328523802a6603427c26e55e6f27e71a91a478148d45b5093cd",
      "51125222da5e763d97f3c10fcc92ea6860b9ccbbd2eb1285728f566721c1e65b",
    ],
    [
      "46f5b22494bfeaa7f232cc8d054be68561af50230234d7d1d63d1d9abeca8da5",
      "7d56d1e08cb0ccb92baf069c18c49bb5a0dcd927eff8dcf75ca921ef7f3e6eeb",
    ],
    [
      "235fe40c443766ce7e18111c33862d66c3b33267efa50d50f9e8e5d252a40aaa",
      "3fbe66b9c9883d79e8407150e7c2a1c8680bee496c62fabe4619a72b3cabe90f",
    ],
  ];
  for (const [u, x] of vectors)
    assert.equal(digitsOf(mapped(reversed(u))[0]), digitsOf(reversed(x)));
});

test("any bytes give the point of the definition, also the ends of the field and beyond", () => {
  const ends = [
    "00".repeat(32),
    `01${"00".repeat(31)}`,
    "ff".repeat(32),
    // p - 1, p, p + 1, and the same with the bit that does not count.
    `ec${"ff".repeat(30)}7f`,
    `ed${"ff".repeat(30)}7f`,
    `ee${"ff".repeat(30)}7f`,
    `ec${"ff".repeat(31)}`,
    `${"00".repeat(31)}80`,
  ];
  const random = seededRandom(5);
  const any = Array.from({ length: seedCount(200) }, () =>
    Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256)),
  );
  for (const bytes of [...ends.map(bytesOf), ...any]) {
    assert.equal(numberOf(mapped(bytes)[0]), mapByTheBook(bytes), digitsOf(bytes));
  }
});

test("it takes as many steps for each, and leaves what it was given", () => {
  for (const first of [0, 9, 200]) {
    const bytes = new Uint8Array(32).fill(first);
    assert.equal(mapped(bytes)[1], 11);
    const given = bytes.slice();
    mapped(bytes);
    assert.deepEqual(bytes, given);
  }
});
