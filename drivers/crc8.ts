// SPDX-License-Identifier: MIT

/**
 * CRC-8 of the bytes from `from` up to `to`, with polynomial 0x31, high bit first: what the sensors of
 * Sensirion, Aosong, Silicon Labs and TE append. They start it from 0xFF or 0.
 */
export function crc8(bytes: Uint8Array, from: number, to: number, start: 0x00 | 0xff): number {
  let crc: number = start;
  for (let i = from; i < to; i++) {
    crc ^= bytes[i] ?? 0;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x31) & 0xff : crc << 1;
  }
  return crc;
}
