// SPDX-License-Identifier: MIT

import type { ClimateSensorKind } from "../climate-measurement.ts";
import { ClimateSensor, type ClimateSensorOptions } from "../climate-sensor.ts";
import { SensorError } from "../sensor-error.ts";
import { DHTMeasurement, type DHTSensorOptions, minPause } from "./dht-measurement.ts";
import type { DHTModel } from "./frame.ts";

export interface DHTOptions extends ClimateSensorOptions {
  readonly sensor: DHTSensorOptions;
  /** Default: found out from what it sends, and asked no more often than a DHT22. Fixed for life. */
  readonly model?: DHTModel;
}

function kindOf(minInterval: number): ClimateSensorKind<DHTOptions> {
  return Object.freeze({
    chip: "DHT",
    interval: minInterval,
    minInterval,
    retry: minInterval,
    open: (options: DHTOptions) => new DHTMeasurement(options),
  });
}

const kinds: Readonly<Record<DHTModel, ClimateSensorKind<DHTOptions>>> = Object.freeze({
  DHT22: kindOf(minPause.DHT22),
  DHT11: kindOf(minPause.DHT11),
});

/**
 * Aosong DHT22 (AM2302) or DHT11 on one wire: temperature and humidity. Measures every `interval`
 * ms (2,000, for a DHT11 1,000, to 3,600,000; default the least). Humidity in percent. A frame with
 * a wrong checksum is a fault, never a sample. That no sensor is there is told by `onFault`.
 */
export class DHT extends ClimateSensor<DHTOptions> {
  constructor(options: DHTOptions) {
    const { model = "DHT22" } = options;
    if (!Object.hasOwn(kinds, model)) {
      throw new SensorError({
        code: "dht/bad-option",
        what: "the model is none that is known",
        why: `${model} is not DHT22 or DHT11`,
      });
    }
    super(options, kinds[model]);
  }
}
