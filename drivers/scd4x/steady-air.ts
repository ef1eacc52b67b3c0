// SPDX-License-Identifier: MIT

/** Largest difference between two samples of air that counts as steady, ppm. */
const spread = 60;

/** How long the CO2 has stayed within 60 ppm: what a recalibration needs. */
export class SteadyAir {
  #low = 0;
  #high = 0;
  #since: number | undefined;

  /** A new sample; ppm, and monotonic ms. */
  add(CO2: number, ticks: number): void {
    const low = Math.min(this.#low, CO2);
    const high = Math.max(this.#high, CO2);
    const isSteady = this.#since !== undefined && high - low <= spread;
    this.#low = isSteady ? low : CO2;
    this.#high = isSteady ? high : CO2;
    if (!isSteady) this.#since = ticks;
  }

  /** ms at `ticks`; 0 when nothing has been measured. */
  duration(ticks: number): number {
    return this.#since === undefined ? 0 : ticks - this.#since;
  }

  reset(): void {
    this.#since = undefined;
  }
}
