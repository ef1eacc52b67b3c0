// SPDX-License-Identifier: MIT

/**
 * CRC-8 with x⁸ + x⁵ + x⁴ + 1, high bit first, as the sensors of Sensirion, Aosong, Silicon Labs and
 * TE append it; they differ in what it starts from.
 */
export function crc8(bytes: readonly number[], start: 0x00 | 0xff): number {
  return bytes.reduce((crc, byte) => {
    let value = crc ^ byte;
    for (let bit = 0; bit < 8; bit++)
      value = value & 0x80 ? ((value << 1) & 0xff) ^ 0x31 : value << 1;
    return value;
  }, start);
}
