// SPDX-License-Identifier: MIT

import type { ClimateSensorKind } from "../climate-measurement.ts";
import { ClimateSensor, type ClimateSensorOptions } from "../climate-sensor.ts";
import type { I2CSensorOptions } from "../i2c-sensor.ts";
import { Si7021Measurement } from "./si7021-measurement.ts";

export interface Si7021Options extends ClimateSensorOptions {
  /** Address 0x40; the chips have no other. */
  readonly sensor: I2CSensorOptions;
}

const kind: ClimateSensorKind<Si7021Options> = Object.freeze({
  chip: "Si7021",
  interval: 1_000,
  minInterval: 1_000,
  // Longer than the longest measurement: the chip takes no command during one.
  retry: 90,
  open: (options: Si7021Options) => new Si7021Measurement(options),
});

/**
 * Silicon Labs Si7013, Si7020 or Si7021, TE HTU21D or Sensirion SHT21, told apart by their ids:
 * temperature and humidity, each with a checksum. Measures every `interval` ms (1,000 to 3,600,000,
 * default 1,000). Humidity in percent.
 */
export class Si7021 extends ClimateSensor<Si7021Options> {
  constructor(options: Si7021Options) {
    super(options, kind);
  }
}
