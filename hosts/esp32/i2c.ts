// SPDX-License-Identifier: MIT

import NativeI2C from "embedded:io/i2c";
import type { I2C, I2COptions } from "../../modules/ecma-419/i2c.ts";

/** The SDK's I2C as its C code is; the published declarations are narrower. */
type NativeConstructor = new (
  options: I2COptions,
) => Omit<I2C, "write"> & {
  /** 1 when an empty write has found nobody. */
  write(buffer: Uint8Array, stop?: boolean): number | undefined;
};

const Base = NativeI2C as unknown as NativeConstructor;

/** I2C of the SDK, where an empty write to an absent device throws as every other call does. */
export class ESP32I2C extends Base {
  override write(buffer: Uint8Array, stop?: boolean): undefined {
    if (super.write(buffer, stop) === 1) throw new Error("no answer");
  }
}
