// SPDX-License-Identifier: MIT

/** The calibration memory of one specimen, as it is read over the bus. */
export interface BME280CalibrationBytes {
  /** 0x88–0x9F: T1 to P9. */
  readonly low: readonly number[];
  /** 0xA1. */
  readonly H1: number;
  /** 0xE1–0xE7: H2 to H6. */
  readonly humidity: readonly number[];
}

/** A real part's, published in Bosch's community forum. */
export const bme280Specimen: BME280CalibrationBytes = Object.freeze({
  low: Object.freeze([
    0x6c, 0x6e, 0x77, 0x66, 0x32, 0x00, 0xa8, 0x92, 0x27, 0xd5, 0xd0, 0x0b, 0x6f, 0x18, 0xca, 0xff,
    0xf9, 0xff, 0xac, 0x26, 0x0a, 0xd8, 0xbd, 0x10,
  ]),
  H1: 0x4b,
  humidity: Object.freeze([0x65, 0x01, 0x00, 0x14, 0x0b, 0x00, 0x1e]),
});

/**
 * What one specimen's converter gives for physical values: the datasheet's integer compensation of
 * temperature and humidity, and its 64-bit one of pressure in floating numbers, searched for the
 * value wanted.
 */
export class BME280Trimming {
  readonly #t: readonly number[];
  readonly #p: readonly number[];
  readonly #h: readonly number[];

  constructor({ low, H1, humidity }: BME280CalibrationBytes) {
    const unsigned = (at: number) => (low[at] ?? 0) | ((low[at + 1] ?? 0) << 8);
    const signed = (at: number) => (unsigned(at) << 16) >> 16;
    this.#t = [unsigned(0), signed(2), signed(4)];
    this.#p = [unsigned(6), ...[8, 10, 12, 14, 16, 18, 20, 22].map(signed)];
    const [e1 = 0, e2 = 0, e3 = 0, e4 = 0, e5 = 0, e6 = 0, e7 = 0] = humidity;
    const signed12 = (value: number) => (value & 0x800 ? value - 0x1000 : value);
    this.#h = [
      H1,
      ((e1 | (e2 << 8)) << 16) >> 16,
      e3,
      signed12((e4 << 4) | (e5 & 15)),
      signed12((e6 << 4) | (e5 >> 4)),
      (e7 << 24) >> 24,
    ];
  }

  /** 20 bits for °C. */
  rawTemperature(celsius: number): number {
    return search(20, (raw) => this.fineWithFraction(raw) >= celsius * 5_120);
  }

  /** 20 bits for Pa. */
  rawPressure(pascal: number, fine: number): number {
    return search(20, (raw) => this.pressure(raw, fine) <= pascal);
  }

  /** 16 bits for percent. */
  rawHumidity(percent: number, fine: number): number {
    return search(16, (raw) => this.compensatedHumidity(raw, fine) >= percent * 1_024);
  }

  /** The datasheet's t_fine. */
  fine(raw: number): number {
    const [t1 = 0, t2 = 0, t3 = 0] = this.#t;
    const coarse = Math.floor((((raw >> 3) - (t1 << 1)) * t2) / 2_048);
    const d = (raw >> 4) - t1;
    return coarse + Math.floor((Math.floor((d * d) / 4_096) * t3) / 16_384);
  }

  /** The same without rounding, which would leave out seven raw values of eight. */
  private fineWithFraction(raw: number): number {
    const [t1 = 0, t2 = 0, t3 = 0] = this.#t;
    return ((raw / 8 - 2 * t1) * t2) / 2_048 + (((raw / 16 - t1) ** 2 / 4_096) * t3) / 16_384;
  }

  /** Pa. */
  private pressure(raw: number, fine: number): number {
    const [p1 = 0, p2 = 0, p3 = 0, p4 = 0, p5 = 0, p6 = 0, p7 = 0, p8 = 0, p9 = 0] = this.#p;
    const a = fine - 128_000;
    const b = a * a * p6 + a * p5 * 2 ** 17 + p4 * 2 ** 35;
    const c = ((2 ** 47 + (a * a * p3) / 2 ** 8 + a * p2 * 2 ** 12) * p1) / 2 ** 33;
    const p = (((2 ** 20 - raw) * 2 ** 31 - b) * 3_125) / c;
    return (p + (p9 * (p / 2 ** 13) ** 2) / 2 ** 25 + (p8 * p) / 2 ** 19) / 2 ** 16 + p7 / 16;
  }

  /** 1/1024 %. */
  private compensatedHumidity(raw: number, fine: number): number {
    const [h1 = 0, h2 = 0, h3 = 0, h4 = 0, h5 = 0, h6 = 0] = this.#h;
    const v = fine - 76_800;
    const shift = (value: number, bits: number) => Math.floor(value / 2 ** bits);
    const linear = shift(raw * 2 ** 14 - h4 * 2 ** 20 - h5 * v + 16_384, 15);
    const curve = shift(shift(v * h6, 10) * (shift(v * h3, 11) + 32_768), 10) + 2_097_152;
    const n = linear * shift(curve * h2 + 8_192, 14);
    const bent = n - shift(shift(shift(n, 15) ** 2, 7) * h1, 4);
    return shift(Math.min(419_430_400, Math.max(0, bent)), 12);
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
