// SPDX-License-Identifier: MIT

import { frozen } from "../modules/base/frozen.ts";
import { BME280 } from "./bme280/bme280.ts";
import { BMP180 } from "./bmp180/bmp180.ts";
import type { ClimateSensorOptions } from "./climate-sensor.ts";
import type { I2CSensorOptions } from "./i2c-sensor.ts";
import { SHT3x } from "./sht3x/sht3x.ts";

type Options = ClimateSensorOptions & { readonly sensor: I2CSensorOptions };

/**
 * The climate sensors on I2C. Where something answers at one of the `addresses`, the drivers for it
 * are opened in this order until one gives a sample; one that tells a fault before is closed, and
 * the next has its turn. A driver opens whether its chip is there or not, says no word in its
 * constructor, tells its state ("starting", "absent", "wrong-id", "fault", "ready") and keeps
 * asking slowly. It need not care for a held bus: the I2C instance that it gets frees it, and while
 * that lasts its calls throw as if nobody answered. So a driver is a `ClimateSensor` around a
 * `ClimateMeasurement`.
 *
 * These are in every build; `part.ts` of another driver adds one more, by a word of the build.
 *
 * `rank` says whose humidity is believed first (a DHT has 2): a BME280 is warmed by its pressure
 * part, and an SCD4x knows humidity to 6 % only. `measuresCO2` stands at a gas sensor whose CO2 is no
 * equivalent. What gives gas values takes the air that they depend on by `configure`, at any time.
 */
export const climateSensors = frozen([
  {
    part: "bme280",
    addresses: [0x76, 0x77],
    rank: 1,
    open: (options: Options) => new BME280(options),
  },
  {
    part: "bmp180",
    addresses: [0x77],
    rank: 0,
    open: (options: Options) => new BMP180(options),
  },
  {
    part: "sht3x",
    addresses: [0x44, 0x45],
    rank: 4,
    open: (options: Options) => new SHT3x(options),
  },
]);
