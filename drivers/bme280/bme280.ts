// SPDX-License-Identifier: MIT

import type { ClimateSensorKind } from "../climate-measurement.ts";
import { ClimateSensor, type ClimateSensorOptions } from "../climate-sensor.ts";
import type { I2CSensorOptions } from "../i2c-sensor.ts";
import { BME280Measurement } from "./bme280-measurement.ts";
import type { BME280Settings } from "./settings.ts";

export interface BME280Options extends ClimateSensorOptions, BME280Settings {
  /** Address 0x76 (default) or 0x77. */
  readonly sensor: I2CSensorOptions;
}

const kind: ClimateSensorKind<BME280Options> = Object.freeze({
  chip: "BME280",
  interval: 1_000,
  minInterval: 200,
  retry: 10,
  open: (options: BME280Options) => new BME280Measurement(options),
});

/**
 * Bosch BME280 (temperature, pressure, humidity) or BMP280 (temperature, pressure); which one it is
 * says its id, and `identification.model`. Measures in forced mode every `interval` ms (200 to
 * 3,600,000, default 1,000). Pressure in Pa, humidity in percent.
 */
export class BME280 extends ClimateSensor<BME280Options> {
  constructor(options: BME280Options) {
    super(options, kind);
  }
}
