// SPDX-License-Identifier: MIT

import type { ClimateSensorKind } from "../climate-measurement.ts";
import { ClimateSensor, type ClimateSensorOptions } from "../climate-sensor.ts";
import type { I2CSensorOptions } from "../i2c-sensor.ts";
import { AHT2xMeasurement } from "./aht2x-measurement.ts";

export interface AHT2xOptions extends ClimateSensorOptions {
  /** Address 0x38; the chip has no other. */
  readonly sensor: I2CSensorOptions;
}

const kind: ClimateSensorKind<AHT2xOptions> = Object.freeze({
  chip: "AHT2x",
  interval: 2_000,
  // Faster it warms itself by more than 0.1 °C (datasheet, section 1).
  minInterval: 1_000,
  // Longer than a measurement: the chip takes no command during one.
  retry: 90,
  open: (options: AHT2xOptions) => new AHT2xMeasurement(options),
});

/**
 * Aosong AHT20 or AHT21: temperature and humidity with a checksum. Measures every `interval` ms (1,000
 * to 3,600,000, default 2,000). Humidity in percent.
 */
export class AHT2x extends ClimateSensor<AHT2xOptions> {
  constructor(options: AHT2xOptions) {
    super(options, kind);
  }
}
