// SPDX-License-Identifier: MIT

import { crc8 } from "./crc8.ts";
import { SensorError } from "./sensor-error.ts";

/** Bytes of one word and its checksum. */
export const wordLength = 3;

/** The word at `offset`, high byte first. */
export function wordAt(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

/** Throws SensorError when the checksum behind the word at `offset` is wrong. */
export function checkWord(bytes: Uint8Array, offset: number, chip: string): void {
  const expected = crc8(bytes, offset, offset + 2, 0xff);
  const got = bytes[offset + 2] ?? 0;
  if (got === expected) return;
  throw new SensorError({
    code: `${chip.toLowerCase()}/checksum`,
    what: "a word has come with a wrong checksum",
    why: `0x${got.toString(16)} instead of 0x${expected.toString(16)}`,
    todo: `check that an ${chip} is on this address, and its wires`,
  });
}

/** °C from a raw word: −45 to 130 (datasheets SHT3x-DIS section 4.13, SCD4x section 3.6). */
export function temperatureOf(raw: number): number {
  return -45 + (175 * raw) / 65_535;
}

/** Relative humidity in percent, 0–100, from a raw word (same sections). */
export function humidityOf(raw: number): number {
  return (100 * raw) / 65_535;
}

/** Puts `word` and its checksum at `offset`. */
export function writeWord(bytes: Uint8Array, offset: number, word: number): void {
  bytes[offset] = word >> 8;
  bytes[offset + 1] = word & 0xff;
  bytes[offset + 2] = crc8(bytes, offset, offset + 2, 0xff);
}
