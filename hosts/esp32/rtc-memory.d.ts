// SPDX-License-Identifier: MIT

/** A copy of `byteLength` bytes; throws a RangeError when they are not all in the 6,208 there are. */
export function readMemory(position: number, byteLength: number): ArrayBuffer;

/** Throws a RangeError when there is no room for all bytes. */
export function writeMemory(position: number, bytes: Uint8Array): void;

/** Restarts the chip; it starts with the reason of a restart that was wanted, not of a crash. */
export function restartChip(): never;

/**
 * Why the chip has started: a number of ESP-IDF's `esp_reset_reason_t`, or 100 when the engine had
 * to end. To be asked once.
 */
export function resetReason(): number;
