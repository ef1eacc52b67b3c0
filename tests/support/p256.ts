// SPDX-License-Identifier: MIT

// ECDSA on P-256 (FIPS 186-5, SP 800-186) in numbers, for tests on an engine without a host: slow, and
// in a time that depends on the key.

import { inverse, mod as rest } from "./prime-field.ts";

const p = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const base: Point = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  1n,
];

/** Jacobian coordinates; z = 0: the point at infinity. */
type Point = readonly [x: bigint, y: bigint, z: bigint];

const infinity: Point = [1n, 1n, 0n];

function mod(value: bigint, modulus = p): bigint {
  return rest(value, modulus);
}

function double([x, y, z]: Point): Point {
  if (z === 0n) return infinity;
  const square = mod(y * y);
  const s = mod(4n * x * square);
  const m = mod(3n * (x - z * z) * (x + z * z));
  const x3 = mod(m * m - 2n * s);
  return [x3, mod(m * (s - x3) - 8n * square * square), mod(2n * y * z)];
}

function add(one: Point, other: Point): Point {
  const [x1, y1, z1] = one;
  const [x2, y2, z2] = other;
  if (z1 === 0n) return other;
  if (z2 === 0n) return one;
  const [zz1, zz2] = [mod(z1 * z1), mod(z2 * z2)];
  const [u1, u2] = [mod(x1 * zz2), mod(x2 * zz1)];
  const [s1, s2] = [mod(y1 * zz2 * z2), mod(y2 * zz1 * z1)];
  if (u1 === u2) return s1 === s2 ? double(one) : infinity;
  const [h, r] = [mod(u2 - u1), mod(s2 - s1)];
  const hh = mod(h * h);
  const hhh = mod(h * hh);
  const v = mod(u1 * hh);
  const x3 = mod(r * r - hhh - 2n * v);
  return [x3, mod(r * (v - x3) - s1 * hhh), mod(z1 * z2 * h)];
}

function times(scalar: bigint, point: Point): Point {
  let result = infinity;
  for (let bit = 255n; bit >= 0n; bit--) {
    result = double(result);
    if ((scalar >> bit) & 1n) result = add(result, point);
  }
  return result;
}

function affine([x, y, z]: Point): [x: bigint, y: bigint] {
  const inverted = inverse(z, p);
  const square = mod(inverted * inverted);
  return [mod(x * square), mod(y * square * inverted)];
}

function numberOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * (31 - i))) & 255n));
}

/** What was computed already, by what it was computed of: on XS each takes a second. */
const known = new Map<string, unknown>();

function once<Result>(name: string, parts: readonly unknown[], compute: () => Result): Result {
  const key = `${name} ${parts.map(String).join(" ")}`;
  if (!known.has(key)) known.set(key, compute());
  return known.get(key) as Result;
}

/** Whether 64 bytes are the signature of a hash; the key is a point of 65 bytes. */
export function verifyP256(key: Uint8Array, hash: Uint8Array, signature: Uint8Array): boolean {
  return once("verify", [key, hash, signature], () => isSigned(key, hash, signature));
}

function isSigned(key: Uint8Array, hash: Uint8Array, signature: Uint8Array): boolean {
  if (key.length !== 65 || key[0] !== 4 || signature.length !== 64) return false;
  const [x, y] = [numberOf(key.subarray(1, 33)), numberOf(key.subarray(33))];
  if (mod(y * y) !== mod(x * x * x - 3n * x + b)) return false;
  const [r, s] = [numberOf(signature.subarray(0, 32)), numberOf(signature.subarray(32))];
  if (r === 0n || s === 0n || r >= n || s >= n) return false;
  const w = inverse(s, n);
  const point = add(times(mod(numberOf(hash) * w, n), base), times(mod(r * w, n), [x, y, 1n]));
  return point[2] !== 0n && mod(affine(point)[0], n) === r;
}

/** The public key of a private one, a number from 1 on. */
export function publicKeyP256(secret: bigint): Uint8Array {
  const [x, y] = affine(times(secret, base));
  return Uint8Array.from([4, ...bytesOf(x), ...bytesOf(y)]);
}

/** The signature of a hash; `k`: the number that nobody may guess or use twice, but tests. */
export function signP256(secret: bigint, hash: Uint8Array, k = 0x123456789n): Uint8Array {
  const r = once("r", [k], () => mod(affine(times(k, base))[0], n));
  const inverted = once("inverse", [k], () => inverse(k, n));
  const s = mod(inverted * (numberOf(hash) + r * secret), n);
  return Uint8Array.from([...bytesOf(r), ...bytesOf(s)]);
}
