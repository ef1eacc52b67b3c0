// SPDX-License-Identifier: MIT

import { frozen } from "../modules/base/frozen.ts";
import { AHT2x } from "./aht2x/aht2x.ts";
import { BME280 } from "./bme280/bme280.ts";
import { BMP180 } from "./bmp180/bmp180.ts";
import type { ClimateSensorOptions } from "./climate-sensor.ts";
import { ENS160 } from "./ens160/ens160.ts";
import { HDC1080 } from "./hdc1080/hdc1080.ts";
import type { I2CSensorOptions } from "./i2c-sensor.ts";
import { SCD4x } from "./scd4x/scd4x.ts";
import { SHT3x } from "./sht3x/sht3x.ts";
import { Si7021 } from "./si7021/si7021.ts";

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
 * The order is that of the first look, too: first the SCD4x, which takes half a second to say who it is,
 * and the HDC1080 some while before the Si7021, whose reset is that chip's question for the id.
 *
 * `rank` says whose humidity is believed first (a DHT has 2): a BME280 is warmed by its pressure
 * part, and an SCD4x knows humidity to 6 % only. `measuresCO2` stands at a gas sensor whose CO2 is no
 * equivalent. What gives gas values takes the air that they depend on by `configure`, at any time.
 */
export const climateSensors = frozen([
  {
    part: "scd4x",
    addresses: [0x62],
    rank: 0,
    measuresCO2: true,
    open: (options: Options) => new SCD4x(options),
  },
  {
    part: "hdc1080",
    addresses: [0x40],
    rank: 3,
    open: (options: Options) => new HDC1080(options),
  },
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
  {
    part: "ens160",
    addresses: [0x53, 0x52],
    rank: 0,
    open: (options: Options) => new ENS160(options),
  },
  {
    part: "aht2x",
    addresses: [0x38],
    rank: 3,
    open: (options: Options) => new AHT2x(options),
  },
  {
    part: "si7021",
    addresses: [0x40],
    rank: 3,
    open: (options: Options) => new Si7021(options),
  },
]);
