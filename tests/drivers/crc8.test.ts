// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { crc8 } from "../../drivers/crc8.ts";
import { bytesOf } from "../support/hex.ts";

/** Bytes and their checksum, as datasheets and captured transfers have them. */
const vectors: readonly (readonly [hex: string, start: 0x00 | 0xff, crc: number])[] = [
  // Sensirion SHT3x-DIS, section 4.12.
  ["BE EF", 0xff, 0x92],
  // Sensirion SCD4x v1.7, tables of section 3: 500 ppm, 25 °C, 37 %, a serial number's word.
  ["01 F4", 0xff, 0x33],
  ["66 67", 0xff, 0xa2],
  ["5E B9", 0xff, 0x3c],
  ["F8 96", 0xff, 0x31],
  // AHT20: test of anglerud/aht20-driver, wiki of elixir-sensors/aht20.
  ["1C 65 B4 25 CD 26", 0xff, 0xc6],
  ["1C 26 9A 76 42 E7", 0xff, 0x76],
  // TE HTU21D(F), examples of the checksum.
  ["DC", 0x00, 0x79],
  ["68 3A", 0x00, 0x7c],
  ["4E 85", 0x00, 0x6b],
  // Si7021: test of johkra/si7021_hal.
  ["66 4C", 0x00, 0x4f],
  ["A1 A6", 0x00, 0x51],
];

test("the checksum is that of the datasheets, wherever the bytes lie", () => {
  for (const [hex, start, crc] of vectors) {
    const bytes = bytesOf(hex);
    assert.equal(crc8(bytes, 0, bytes.length, start), crc, hex);
    const among = bytesOf(`12 34 56 ${hex} 78`);
    assert.equal(crc8(among, 3, 3 + bytes.length, start), crc, hex);
  }
});

test("any one or two damaged bits of a word change its checksum", () => {
  const bits = 16;
  for (let first = 0; first < bits; first++) {
    for (let second = first; second < bits; second++) {
      const damage = (1 << first) | (first === second ? 0 : 1 << second);
      const word = 0xbeef ^ damage;
      assert.notEqual(crc8(Uint8Array.of(word >> 8, word & 0xff), 0, 2, 0xff), 0x92);
    }
  }
});
