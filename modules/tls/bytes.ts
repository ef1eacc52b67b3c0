// SPDX-License-Identifier: MIT

import { hexOf } from "../base/hex.ts";

/** All parts in one new array. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** True when both hold the same bytes; takes as long wherever they differ. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/** The bytes as an unsigned number, the most significant first. */
export function numberOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${hexOf(bytes)}`);
}

/** The lowest `length` bytes of a number, the most significant first. */
export function bytesOf(value: bigint, length: number): Uint8Array<ArrayBuffer> {
  const digits = value.toString(16).padStart(2 * length, "0");
  const bytes = new Uint8Array(length);
  const start = digits.length - 2 * length;
  for (let i = 0; i < length; i++) {
    bytes[i] = Number.parseInt(digits.slice(start + 2 * i, start + 2 * i + 2), 16);
  }
  return bytes;
}

/** Characters of US-ASCII; each other byte becomes "?". */
export function asciiOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "?";
  return text;
}
