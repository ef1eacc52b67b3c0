// SPDX-License-Identifier: MIT

/** What THRESHOLDS holds, all in ppm. */
export interface CCS811ThresholdValues {
  readonly lowToMedium: number;
  readonly mediumToHigh: number;
  readonly hysteresis: number;
}

const defaults: CCS811ThresholdValues = Object.freeze({
  lowToMedium: 1_500,
  mediumToHigh: 2_500,
  hysteresis: 50,
});

/** The ranges Low, Medium and High of eCO2 and the way from one to another. */
export class CCS811Thresholds {
  #values = defaults;
  #range = 0;

  get values(): CCS811ThresholdValues {
    return this.#values;
  }

  /** Takes the 4 or 5 data bytes of a write; without a fifth the hysteresis is 50 ppm. */
  write(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#values = {
      lowToMedium: view.getUint16(0),
      mediumToHigh: view.getUint16(2),
      hysteresis: bytes[4] ?? defaults.hysteresis,
    };
  }

  /** Whether a new eCO2 lies in another range, by more than the hysteresis. */
  isCrossedBy(CO2: number): boolean {
    const before = this.#range;
    const { lowToMedium, mediumToHigh, hysteresis } = this.#values;
    const limits = [lowToMedium, mediumToHigh];
    while (CO2 > (limits[this.#range] ?? Number.POSITIVE_INFINITY) + hysteresis) this.#range++;
    while (CO2 < (limits[this.#range - 1] ?? Number.NEGATIVE_INFINITY) - hysteresis) this.#range--;
    return this.#range !== before;
  }

  reset(): void {
    this.#values = defaults;
    this.#range = 0;
  }
}
