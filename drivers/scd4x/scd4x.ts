// SPDX-License-Identifier: MIT

import type { ClimateSensorKind } from "../climate-measurement.ts";
import { ClimateSensor, type ClimateSensorOptions } from "../climate-sensor.ts";
import type { I2CSensorOptions } from "../i2c-sensor.ts";
import { SCD4xMeasurement } from "./scd4x-measurement.ts";
import type { SCD4xSettings } from "./scd4x-settings.ts";

export interface SCD4xOptions extends ClimateSensorOptions, SCD4xSettings {
  /** Address 0x62; the chip has no other. */
  readonly sensor: I2CSensorOptions;
}

const kind: ClimateSensorKind<SCD4xOptions> = Object.freeze({
  chip: "SCD4x",
  interval: 5_000,
  minInterval: 5_000,
  retry: 20,
  open: (options: SCD4xOptions) => new SCD4xMeasurement(options),
});

/**
 * Sensirion SCD40, SCD41 or SCD43: CO2 itself (ppm, 0 to 40,000), temperature and humidity in percent,
 * each with a checksum. A sample comes every 5 s, or every 30 s in the mode "low-power", or every
 * `interval` ms when that is longer.
 */
export class SCD4x extends ClimateSensor<SCD4xOptions> {
  constructor(options: SCD4xOptions) {
    super(options, kind);
  }
}
