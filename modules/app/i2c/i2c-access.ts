// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Clock } from "../../base/clock.ts";
import type { BoardWiring } from "../../base/host.ts";
import { CommandError } from "../../console/command-error.ts";
import type { I2C, I2CConstructor, I2COptions } from "../../ecma-419/i2c.ts";
import { addressText, longestProbe } from "./i2c-probe.ts";

/**
 * Single transactions with devices on the bus, for a user, beside the drivers. The SDK refuses a
 * second instance for an address, so the drivers open theirs through `wiring`, and one that is open
 * is used here too.
 */
export class I2CAccess {
  /** As the host has it, but what is opened with it is remembered. */
  readonly wiring: BoardWiring["i2c"];
  readonly #clock: Pick<Clock, "ticks">;
  readonly #io: I2CConstructor;
  readonly #opened = new Map<number, I2C>();

  constructor(wiring: BoardWiring["i2c"], clock: Pick<Clock, "ticks">) {
    const { io } = wiring;
    const opened = this.#opened;
    this.#io = io;
    this.#clock = clock;
    // Returns the host's own instance: nothing stands between a driver and its bus.
    function open(options: I2COptions): I2C {
      const device = new io(options);
      opened.set(options.address, device);
      return device;
    }
    this.wiring = { ...wiring, io: open as unknown as I2CConstructor };
  }

  /**
   * Writes `select`, unless it is empty, and reads `count` bytes, in one transaction. Throws
   * CommandError when the device does not answer.
   */
  read(address: number, select: Uint8Array, count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    this.#use(address, (device) => {
      if (select.length === 0) device.read(bytes);
      else device.writeRead(select, bytes);
    });
    return bytes;
  }

  /** Writes `bytes`. Throws CommandError when the device does not take them. */
  write(address: number, bytes: Uint8Array): void {
    this.#use(address, (device) => device.write(bytes));
  }

  #use(address: number, action: (device: I2C) => void): void {
    const before = this.#clock.ticks();
    const { device, isOwn } = this.#open(address);
    try {
      action(device);
    } catch (error) {
      const isStuck = this.#clock.ticks() - before > longestProbe;
      throw isStuck ? stuck(error) : failure(device, addressText(address), error);
    } finally {
      if (isOwn) device.close();
    }
  }

  /** Where the host has one open for a driver, and allows no second, it is that one. */
  #open(address: number): { readonly device: I2C; readonly isOwn: boolean } {
    const { data, clock } = this.wiring;
    try {
      return { device: new this.#io({ data, clock, address, hz: 100_000 }), isOwn: true };
    } catch (cause) {
      const device = this.#opened.get(address);
      if (device) return { device, isOwn: false };
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
