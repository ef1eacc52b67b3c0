// SPDX-License-Identifier: MIT

import type { I2C, I2CConstructor, I2COptions } from "../modules/ecma-419/i2c.ts";

/**
 * Where a sensor is on an I2C bus: the `sensor` option of ECMA-419's Sensor Class Pattern. What is
 * not listed here goes to the host's I2C class as it is.
 */
export interface I2CSensorOptions extends Omit<I2COptions, "address" | "hz"> {
  readonly io: I2CConstructor;
  /** 7 bits; default: the chip's usual address. */
  readonly address?: number;
  /** Bus speed; default 100,000. */
  readonly hz?: number;
}

/** Opens the bus for a sensor whose usual address is `address`. */
export function openI2C({ io, ...options }: I2CSensorOptions, address: number): I2C {
  return new io({ hz: 100_000, address, ...options });
}
