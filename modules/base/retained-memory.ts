// SPDX-License-Identifier: MIT

/**
 * Bytes at the end: what the gas sensor was doing, what a board that sleeps has to remember, and in the last four how
 * often the board has crashed. The log, which takes whole records of 128 bytes
 * for each of two runs, leaves them free: a host has a multiple of 256 bytes and these.
 */
export const reservedLength = 64;

/**
 * Some KB of memory that a restart and a crash leave as they are, and a power cut does not: after it
 * there may be anything. Nothing wears out by writing. An addition to ECMA-419.
 */
export interface RetainedMemory {
  /** Bytes that there are. */
  readonly byteLength: number;
  /** A copy of `byteLength` bytes from `position` on. */
  read(position: number, byteLength: number): ArrayBuffer;
  /** Costs no more than a copy. */
  write(position: number, bytes: Uint8Array): void;
}

/** Where a board that sleeps has its record, and the bytes that there are for it. */
export const sleepRecordLength = 48;
export function sleepRecordPlace({ byteLength }: Pick<RetainedMemory, "byteLength">): number {
  return byteLength - reservedLength + 12;
}

/** Where the number of crashes stands, in four bytes. */
export function crashCountPlace({ byteLength }: Pick<RetainedMemory, "byteLength">): number {
  return byteLength - 4;
}
