// SPDX-License-Identifier: MIT

import { type AirRange, rangeOf, type Thresholds } from "../encoding/thresholds.ts";

/** Watches in which range eCO2 is. There is one only where somebody has set thresholds. */
export class AirWatch {
  readonly thresholds: Thresholds;
  range: AirRange;
  /** The chip has not been told the thresholds. */
  isNew = true;
  /** A change that has not been reported. */
  alert: AirRange | undefined;

  constructor(thresholds: Thresholds, range: AirRange = "low") {
    this.thresholds = { ...thresholds };
    this.range = range;
  }

  /** The next eCO2, ppm. */
  take(CO2: number): void {
    const range = rangeOf(CO2, this.thresholds, this.range);
    if (range !== this.range) this.alert = range;
    this.range = range;
  }

  /** The change that has not been reported, once. */
  takeAlert(): AirRange | undefined {
    const { alert } = this;
    this.alert = undefined;
    return alert;
  }
}
