// SPDX-License-Identifier: MIT

/**
 * Checksum of the two bytes at `offset`: CRC-8 with polynomial 0x31, started at 0xFF (SHT3x
 * datasheet, section 4.12).
 */
export function checksumOf(bytes: Uint8Array, offset: number): number {
  let crc = 0xff;
  for (let i = offset; i < offset + 2; i++) {
    crc ^= bytes[i] ?? 0;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x31) & 0xff : crc << 1;
  }
  return crc;
}
