// SPDX-License-Identifier: MIT

import type { ClimateSensorKind } from "../climate-measurement.ts";
import { ClimateSensor, type ClimateSensorOptions } from "../climate-sensor.ts";
import type { I2CSensorOptions } from "../i2c-sensor.ts";
import { BMP180Measurement, type BMP180Settings } from "./bmp180-measurement.ts";

export interface BMP180Options extends ClimateSensorOptions, BMP180Settings {
  /** The chip has one address, 0x77, which is the default. */
  readonly sensor: I2CSensorOptions;
}

const kind: ClimateSensorKind<BMP180Options> = Object.freeze({
  chip: "BMP180",
  interval: 1_000,
  minInterval: 200,
  retry: 10,
  open: (options: BMP180Options) => new BMP180Measurement(options),
});

/**
 * Bosch BMP180 or BMP085: temperature and pressure. Measures every `interval` ms (200 to 3,600,000,
 * default 1,000). Pressure in Pa.
 */
export class BMP180 extends ClimateSensor<BMP180Options> {
  constructor(options: BMP180Options) {
    super(options, kind);
  }
}
