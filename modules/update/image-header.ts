// SPDX-License-Identifier: MIT

import { areEqual, asciiBytes } from "../base/bytes.ts";

// A signed image: the header below, 96 bytes, its signature, 64 bytes, and the image of the chip.
//
//  0  "airpair" and a byte 1
//  8  length of the image, 4 bytes, big-endian
// 12  number of the chip, 2 bytes (ESP-IDF, esp_chip_id_t)
// 14  0, 2 bytes
// 16  version, 16 bytes of ASCII, 0 behind
// 32  board, 32 bytes of ASCII, 0 behind
// 64  hash of the image, 32 bytes
//
// The signature is ECDSA on P-256 with SHA-256 over the 96 bytes, r and s of 32 bytes each. The hash is that
// of the last block: h = SHA-256(h of the block before, 4,096 bytes of the image), from 32 bytes of 0 on, where the
// last block may be shorter. So a board checks who has signed before it writes anything, and goes on
// block by block.

/** Bytes of the header. */
export const headerLength = 96;
/** Bytes of the signature behind it. */
export const signatureLength = 64;
/** Bytes of the image that are hashed, and written, at a time. */
export const blockLength = 4_096;
export const hashLength = 32;

const versionAt = 16;
const boardAt = 32;
const hashAt = 64;
const magic = Object.freeze([0x61, 0x69, 0x72, 0x70, 0x61, 0x69, 0x72, 1]);

/** What a signed image says of itself. */
export interface ImageHeader {
  /** Bytes of the image. */
  readonly length: number;
  readonly chip: number;
  readonly version: string;
  readonly board: string;
  readonly hash: Uint8Array;
}

/** The header in these bytes; undefined: it is none. */
export function decodeHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (bytes.length < headerLength || !areEqual(bytes.subarray(0, 8), Uint8Array.from(magic))) {
    return undefined;
  }
  const at = (index: number) => bytes[index] as number;
  const version = textAt(bytes, versionAt, boardAt);
  const board = textAt(bytes, boardAt, hashAt);
  if (version === undefined || board === undefined || at(14) !== 0 || at(15) !== 0)
    return undefined;
  return {
    length: at(8) * 0x1000000 + (at(9) << 16) + (at(10) << 8) + at(11),
    chip: (at(12) << 8) | at(13),
    version,
    board,
    hash: bytes.slice(hashAt, headerLength),
  };
}

/** The bytes of a header. Throws RangeError when version or board are too long. */
export function encodeHeader({ length, chip, version, board, hash }: ImageHeader): Uint8Array {
  if (version.length > boardAt - versionAt || board.length > hashAt - boardAt) {
    throw new RangeError("version has at most 16 characters, board 32");
  }
  const bytes = new Uint8Array(headerLength);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(8, length);
  view.setUint16(12, chip);
  bytes.set(asciiBytes(version), versionAt);
  bytes.set(asciiBytes(board), boardAt);
  bytes.set(hash, hashAt);
  return bytes;
}

/** Printable ASCII up to the first 0; undefined: something else. */
function textAt(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  let at = start;
  for (; at < end && bytes[at] !== 0; at++) text += String.fromCharCode(bytes[at] as number);
  for (; at < end; at++) if (bytes[at] !== 0) return undefined;
  return /^[!-~]+$/.test(text) ? text : undefined;
}

/** Whether version `a` comes after `b`: numbers with dots; what follows a hyphen is before the same without. */
export function isNewer(a: string, b: string): boolean {
  const [first, second] = [partsOf(a), partsOf(b)];
  for (let i = 0; i < Math.max(first.numbers.length, second.numbers.length); i++) {
    const difference = (first.numbers[i] ?? 0) - (second.numbers[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  if (first.rest === second.rest) return false;
  if (first.rest === "" || second.rest === "") return first.rest === "";
  return first.rest > second.rest;
}

function partsOf(version: string): { readonly numbers: number[]; readonly rest: string } {
  const hyphen = version.indexOf("-");
  const release = hyphen < 0 ? version : version.slice(0, hyphen);
  const numbers = release.split(".").map((part) => Number.parseInt(part, 10) || 0);
  return { numbers, rest: hyphen < 0 ? "" : version.slice(hyphen + 1) };
}
