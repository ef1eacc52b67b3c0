// SPDX-License-Identifier: MIT

import type { Curve, Point } from "./curves.ts";

export type HashName = "SHA-256" | "SHA-384" | "SHA-512";

/** A hash that is being computed. */
export interface Hash {
  update(bytes: Uint8Array): void;
  /** The hash of all bytes so far; more may follow. */
  digest(): Uint8Array;
}

/** AES-128 in Galois/Counter Mode with a tag of 16 bytes (RFC 5288). */
export interface Cipher {
  /** Encrypts; the tag is at the end of what is returned. */
  seal(nonce: Uint8Array, additional: Uint8Array, plain: Uint8Array): Uint8Array;
  /** Decrypts, perhaps in place; undefined when the tag, the last 16 bytes, is wrong. */
  open(nonce: Uint8Array, additional: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

/** The arithmetic that TLS needs from the host. What is checked with it is checked here. */
export interface TLSCrypto {
  createHash(name: HashName): Hash;
  /** `key`: 16 bytes. */
  createCipher(key: Uint8Array): Cipher;
  /** Bytes that nobody can guess. */
  random(count: number): Uint8Array;
  /** base ^ exponent modulo an odd modulus. */
  power(base: bigint, exponent: bigint, modulus: bigint): bigint;
  /** factor · point; undefined for the point at infinity. */
  multiply(curve: Curve, point: Point, factor: bigint): Point | undefined;
  /** a · G + b · point, G being the curve's generator; undefined for the point at infinity. */
  combine(curve: Curve, a: bigint, point: Point, b: bigint): Point | undefined;
}

/** The hash of some pieces, one after the other. */
export function hashOf(
  crypto: TLSCrypto,
  name: HashName,
  ...pieces: readonly Uint8Array[]
): Uint8Array {
  const hash = crypto.createHash(name);
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}
