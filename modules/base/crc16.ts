// SPDX-License-Identifier: MIT

/**
 * CRC-16 of `bytes[start]` up to and without `bytes[end]`: polynomial 0x1021, started at 0xFFFF, as
 * in CRC-16/CCITT-FALSE, whose check value of "123456789" is 0x29B1.
 */
export function crc16(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0xffff;
  for (let i = start; i < end; i++) {
    // All eight bits of a byte at once: bits 12, 5 and 0 of the polynomial.
    let byte = (crc >> 8) ^ (bytes[i] ?? 0);
    byte ^= byte >> 4;
    crc = ((crc << 8) ^ (byte << 12) ^ (byte << 5) ^ byte) & 0xffff;
  }
  return crc;
}

/** Checksum of a record that holds it in the two bytes at `at`: of all the others. */
export function checksumAround(bytes: Uint8Array, at: number): number {
  return crc16(bytes, 0, at) ^ crc16(bytes, at + 2, bytes.length);
}
