// SPDX-License-Identifier: MIT

import { SensorError } from "../sensor-error.ts";

/** Something the chip should not do; `why` is the measured value. */
export function chipFault(what: string, text: string, why?: string): SensorError {
  const facts = { code: `bmp180/${what}`, what: text };
  return new SensorError(why === undefined ? facts : { ...facts, why });
}

/** Another chip, or none, has answered. */
export function wrongId(id: number): SensorError {
  return new SensorError({
    code: "bmp180/wrong-id",
    what: "the chip is no BMP180",
    why: `its id is 0x${id.toString(16).padStart(2, "0")}`,
    todo: "check which sensor is on this address",
  });
}
