// SPDX-License-Identifier: MIT

import type { ClimateSensorKind } from "../climate-measurement.ts";
import { ClimateSensor, type ClimateSensorOptions } from "../climate-sensor.ts";
import type { I2CSensorOptions } from "../i2c-sensor.ts";
import { ENS160Measurement, type ENS160Settings } from "./ens160-measurement.ts";

export interface ENS160Options extends ClimateSensorOptions, ENS160Settings {
  /** Address 0x53 (default) or 0x52. */
  readonly sensor: I2CSensorOptions;
}

const kind: ClimateSensorKind<ENS160Options> = Object.freeze({
  chip: "ENS160",
  interval: 1_000,
  minInterval: 1_000,
  retry: 20,
  open: (options: ENS160Options) => new ENS160Measurement(options),
});

/**
 * ScioSense ENS160: TVOC in ppb, the CO2 that usually goes with it in ppm ("eCO2"), and the index of
 * the German environment agency, 1 to 5. A sample says in `marks` why its values are to be doubted;
 * while the chip warms up, three minutes, it has none.
 */
export class ENS160 extends ClimateSensor<ENS160Options> {
  constructor(options: ENS160Options) {
    super(options, kind);
  }
}
