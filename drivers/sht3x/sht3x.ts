// SPDX-License-Identifier: MIT

import type { ClimateSensorKind } from "../climate-measurement.ts";
import { ClimateSensor, type ClimateSensorOptions } from "../climate-sensor.ts";
import type { I2CSensorOptions } from "../i2c-sensor.ts";
import { SHT3xMeasurement, type SHT3xSettings } from "./sht3x-measurement.ts";

export interface SHT3xOptions extends ClimateSensorOptions, SHT3xSettings {
  /** Address 0x44 (default) or 0x45. */
  readonly sensor: I2CSensorOptions;
}

const kind: ClimateSensorKind<SHT3xOptions> = Object.freeze({
  chip: "SHT3x",
  interval: 1_000,
  minInterval: 200,
  // Longer than the longest measurement: the chip takes no command during one.
  retry: 20,
  open: (options: SHT3xOptions) => new SHT3xMeasurement(options),
});

/**
 * Sensirion SHT30, SHT31 or SHT35: temperature and humidity, both with a checksum. Measures every
 * `interval` ms (200 to 3,600,000, default 1,000). Humidity in percent.
 */
export class SHT3x extends ClimateSensor<SHT3xOptions> {
  constructor(options: SHT3xOptions) {
    super(options, kind);
  }
}
