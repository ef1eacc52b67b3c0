// SPDX-License-Identifier: MIT

/** 0xAA–0xBF of the specimen in the datasheet's example (BMP180 datasheet section 3.5). */
export const bmp180Specimen: readonly number[] = Object.freeze([
  0x01, 0x98, 0xff, 0xb8, 0xc7, 0xd1, 0x7f, 0xe5, 0x7f, 0xf5, 0x5a, 0x71, 0x18, 0x2e, 0x00, 0x04,
  0x80, 0x00, 0xdd, 0xf9, 0x0b, 0x34,
]);

/**
 * What one specimen's converter gives for physical values: the compensation of the datasheet in
 * floating numbers, searched for the value wanted.
 */
export class BMP180Trimming {
  readonly #words: readonly number[];

  /** Eleven words, the high byte first; the fourth to the sixth have no sign. */
  constructor(bytes: readonly number[]) {
    this.#words = Array.from({ length: 11 }, (_, i) => {
      const word = ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0);
      return i >= 3 && i <= 5 ? word : (word << 16) >> 16;
    });
  }

  /** 16 bits for °C. */
  rawTemperature(celsius: number): number {
    return search(16, (raw) => this.fine(raw) >= celsius * 160);
  }

  /** 16 bits and one more for each step of oversampling, for Pa. */
  rawPressure(pascal: number, fine: number, oversampling: number): number {
    return search(16 + oversampling, (raw) => {
      return this.pressure(raw / 2 ** oversampling, fine) >= pascal;
    });
  }

  /** The datasheet's B5 of a raw temperature. */
  fine(raw: number): number {
    const [, , , , AC5 = 0, AC6 = 0, , , , MC = 0, MD = 0] = this.#words;
    const x1 = ((raw - AC6) * AC5) / 32_768;
    // Below this the formula has a pole; no temperature of the chip's range comes near it.
    return x1 + MD <= 1 ? Number.NEGATIVE_INFINITY : x1 + (MC * 2_048) / (x1 + MD);
  }

  /** Pa; `raw` at the weight of no oversampling. */
  private pressure(raw: number, fine: number): number {
    const [AC1 = 0, AC2 = 0, AC3 = 0, AC4 = 0, , , B1 = 0, B2 = 0] = this.#words;
    const b6 = fine - 4_000;
    const square = (b6 * b6) / 4_096;
    const b3 = AC1 + ((B2 * square) / 2_048 + (AC2 * b6) / 2_048) / 4;
    const b4 = (AC4 * (((AC3 * b6) / 8_192 + (B1 * square) / 65_536) / 4 + 32_768)) / 32_768;
    const p = (2 * (raw - b3) * 50_000) / b4;
    return p + (((p / 256) ** 2 * 3_038 - 7_357 * p) / 65_536 + 3_791) / 16;
  }
}

/** The least number of `bits` bits for which `reached` holds; it holds for all above. */
function search(bits: number, reached: (raw: number) => boolean): number {
  let low = 0;
  let high = 2 ** bits - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
