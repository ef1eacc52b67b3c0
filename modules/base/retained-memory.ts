// SPDX-License-Identifier: MIT

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
