// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Clock } from "../../base/clock.ts";
import { CommandError } from "../../console/command-error.ts";
import type { I2C } from "../../ecma-419/i2c.ts";
import { addressText, longestProbe } from "./i2c-probe.ts";
import type { SharedBus } from "./shared-bus.ts";

/**
 * Single transactions with devices on the bus, for a user, beside the drivers. The SDK refuses a
 * second instance for an address, so one that a driver has open is used here too.
 */
export class I2CAccess {
  readonly #bus: Pick<SharedBus, "deviceAt" | "openHost">;
  readonly #clock: Pick<Clock, "ticks">;

  constructor(bus: Pick<SharedBus, "deviceAt" | "openHost">, clock: Pick<Clock, "ticks">) {
    this.#bus = bus;
    this.#clock = clock;
  }

  /**
   * Writes `select`, unless it is empty, and reads `count` bytes, in one transaction. Throws
   * CommandError when the device does not answer.
   */
  read(address: number, select: Uint8Array, count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    this.use(address, (device) => {
      if (select.length === 0) device.read(bytes);
      else device.writeRead(select, bytes);
    });
    return bytes;
  }

  /** Writes `bytes`. Throws CommandError when the device does not take them. */
  write(address: number, bytes: Uint8Array): void {
    this.use(address, (device) => device.write(bytes));
  }

  private use(address: number, action: (device: I2C) => void): void {
    const before = this.#clock.ticks();
    const open = this.#bus.deviceAt(address);
    const device = open ?? this.openHost(address);
    try {
      action(device);
    } catch (error) {
      const isStuck = this.#clock.ticks() - before > longestProbe;
      throw isStuck ? stuck(error) : failure(device, addressText(address), error);
    } finally {
      if (!open) device.close();
    }
  }

  private openHost(address: number): I2C {
    try {
      return this.#bus.openHost(address);
    } catch (cause) {
      const what = "the bus cannot be opened";
      throw new CommandError({ code: "i2c/no-bus", what, why: messageOf(cause), cause });
    }
  }
}

function stuck(cause: unknown): CommandError {
  const what = "the bus does not move";
  return new CommandError({ code: "i2c/stuck", what, todo: "check SDA and SCL", cause });
}

/** Whether nobody is there, or somebody who does not want this: an empty write tells. */
function failure(device: I2C, place: string, cause: unknown): CommandError {
  try {
    device.write(new Uint8Array(0));
    const what = `${place} answers, but not to this`;
    return new CommandError({ code: "i2c/refused", what, why: messageOf(cause), cause });
  } catch {
    const what = `nothing answers at ${place}`;
    const why = "no acknowledgement (NAK)";
    return new CommandError({
      code: "i2c/silent",
      what,
      why,
      todo: "i2c scan shows what does",
      cause,
    });
  }
}
