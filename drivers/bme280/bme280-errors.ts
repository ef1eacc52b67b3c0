// SPDX-License-Identifier: MIT

import { SensorError } from "../sensor-error.ts";

/** Something the chip should not do; `why` is the measured value. */
export function chipFault(what: string, text: string, why?: string): SensorError {
  const facts = { code: `bme280/${what}`, what: text };
  return new SensorError(why === undefined ? facts : { ...facts, why });
}

/** Another chip, or none, has answered. */
export function wrongId(id: number): SensorError {
  const other = id === 0x55 ? "a BMP180" : id === 0x61 ? "a BME680 or BME688" : undefined;
  return new SensorError({
    code: "bme280/wrong-id",
    what: "the chip is no BME280 or BMP280",
    why: `its id is 0x${id.toString(16).padStart(2, "0")}${other ? `, ${other}` : ""}`,
    todo: "check which sensor is on this address",
  });
}
