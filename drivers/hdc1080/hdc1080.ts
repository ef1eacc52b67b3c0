// SPDX-License-Identifier: MIT

import type { ClimateSensorKind } from "../climate-measurement.ts";
import { ClimateSensor, type ClimateSensorOptions } from "../climate-sensor.ts";
import type { I2CSensorOptions } from "../i2c-sensor.ts";
import { HDC1080Measurement } from "./hdc1080-measurement.ts";

export interface HDC1080Options extends ClimateSensorOptions {
  /** Address 0x40; the chip has no other. */
  readonly sensor: I2CSensorOptions;
}

const kind: ClimateSensorKind<HDC1080Options> = Object.freeze({
  chip: "HDC1080",
  interval: 2_000,
  minInterval: 1_000,
  retry: 25,
  open: (options: HDC1080Options) => new HDC1080Measurement(options),
});

/**
 * Texas Instruments HDC1080: temperature and humidity, without a checksum. Measures every `interval` ms
 * (1,000 to 3,600,000, default 2,000), twice each time. Humidity in percent.
 */
export class HDC1080 extends ClimateSensor<HDC1080Options> {
  constructor(options: HDC1080Options) {
    super(options, kind);
  }
}
