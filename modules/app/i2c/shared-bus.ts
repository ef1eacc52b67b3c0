// SPDX-License-Identifier: MIT

import type { Timer } from "../../base/clock.ts";
import type { BoardWiring, Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { I2C, I2CConstructor, I2COptions } from "../../ecma-419/i2c.ts";
import { type ClearBus, recoverI2CBus } from "./bus-recovery.ts";
import { addressText, deviceAnswers } from "./i2c-probe.ts";

export interface SharedBusOptions {
  readonly host: Pick<Host, "board" | "clock" | "timers">;
  readonly log: Log;
  readonly clear: ClearBus;
}

/** Transactions in a row without an answer after which the data line is looked at. */
const suspicious = 4;
/** ms between two looks at the data line; twice as long after each, until a device answers. */
const firstPause = 2_000;
const longestPause = 60_000;

/**
 * The I2C bus of the sensors, which their drivers and the user share. Drivers open their devices
 * through `wiring`. When nobody answers any more it closes them all for a moment, as the host's pins
 * demand, and looks whether a device holds the data line: that one is clocked free.
 */
export class SharedBus {
  /** As the host has it, but what is opened with it can be closed in between. */
  readonly wiring: BoardWiring["i2c"];
  readonly #host: SharedBusOptions["host"];
  readonly #log: Log;
  readonly #clear: ClearBus;
  readonly #devices: BusDevice[] = [];
  #failures = 0;
  #pause = firstPause;
  #looked: number;
  #timer: Timer | undefined;
  #isStuck: boolean;

  /** Frees the bus first, before anybody uses it. */
  constructor({ host, log, clear }: SharedBusOptions) {
    const { board, clock } = host;
    const io = BusDevice as unknown as I2CConstructor;
    this.wiring = Object.assign({ ...board.i2c, io }, { bus: this });
    this.#host = host;
    this.#log = log;
    this.#clear = clear;
    this.#isStuck = recoverI2CBus({ board, log, clear }) === "stuck";
    this.#looked = clock.ticks();
  }

  /** The device that a driver has open at `address`. */
  deviceAt(address: number): I2C | undefined {
    return this.#devices.find((device) => device.address === address);
  }

  /** An instance of the host's, to be closed again. */
  openHost(address: number, hz = 100_000): I2C {
    const { io, ...pins } = this.#host.board.i2c;
    return new io({ ...pins, address, hz });
  }

  /** Whether a device answers at `address`: one transaction, an empty write. */
  isAnswered(address: number): boolean {
    const open = this.deviceAt(address);
    if (!open) return deviceAnswers(this.#host.board.i2c, address);
    try {
      open.write(new Uint8Array(0));
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#host.timers.clear(this.#timer);
    this.#timer = undefined;
    this.#looked = Number.POSITIVE_INFINITY;
  }

  /** One of its devices was opened by its driver. */
  add(device: BusDevice): void {
    const { address } = device;
    if (this.deviceAt(address)) throw new Error(`${addressText(address)} is in use`);
    this.#devices.push(device);
  }

  /** One of its devices was closed by its driver. */
  forget(device: BusDevice): void {
    const index = this.#devices.indexOf(device);
    if (index >= 0) this.#devices.splice(index, 1);
  }

  /** A device has answered. */
  answered(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#pause = firstPause;
    this.#isStuck = false;
  }

  /** A device has not answered. The bus is looked at later, not in the middle of a driver's turn. */
  failed(): void {
    const { board, clock, timers } = this.#host;
    this.#failures++;
    if (!board.digital || this.#timer || this.#failures < suspicious) return;
    if (clock.ticks() >= this.#looked + this.#pause) this.#timer = timers.set(() => this.look(), 0);
  }

  /** Looks whether a device holds the data line, and frees it. */
  look(): void {
    this.#host.timers.clear(this.#timer);
    this.#timer = undefined;
    for (const device of this.#devices) device.release();
    const { board, clock } = this.#host;
    const tools = { board, log: this.#log, clear: this.#clear };
    this.#isStuck = recoverI2CBus(tools, this.#isStuck) === "stuck";
    this.#looked = clock.ticks();
    this.#pause = Math.min(longestPause, 2 * this.#pause);
  }
}

/** A driver's device: it opens the host's when it is used, also after that was closed. */
class BusDevice implements I2C {
  readonly #bus: SharedBus;
  readonly address: number;
  readonly #hz: number;
  #device: I2C | undefined;

  /** `bus` comes from the wiring, as pins do. */
  constructor({ bus, address, hz }: I2COptions & { readonly bus: SharedBus }) {
    this.#bus = bus;
    this.address = address;
    this.#hz = hz;
    bus.add(this);
  }

  read(byteLength: number): ArrayBuffer;
  read(buffer: Uint8Array): number;
  read(wanted: number | Uint8Array): ArrayBuffer | number {
    try {
      const result = this.device.read(wanted as Uint8Array);
      this.#bus.answered();
      return result;
    } catch (error) {
      this.#bus.failed();
      throw error;
    }
  }

  write(buffer: Uint8Array): void {
    try {
      this.device.write(buffer);
      this.#bus.answered();
    } catch (error) {
      this.#bus.failed();
      throw error;
    }
  }

  writeRead(write: Uint8Array, byteLength: number): ArrayBuffer;
  writeRead(write: Uint8Array, buffer: Uint8Array): number;
  writeRead(write: Uint8Array, wanted: number | Uint8Array): ArrayBuffer | number {
    try {
      const result = this.device.writeRead(write, wanted as Uint8Array);
      this.#bus.answered();
      return result;
    } catch (error) {
      this.#bus.failed();
      throw error;
    }
  }

  /** Closes the host's device until this one is used again. */
  release(): void {
    const device = this.#device;
    this.#device = undefined;
    device?.close();
  }

  close(): void {
    this.release();
    this.#bus.forget(this);
  }

  private get device(): I2C {
    if (!this.#device) {
      if (this.#bus.deviceAt(this.address) !== this) throw new Error("the device is closed");
      this.#device = this.#bus.openHost(this.address, this.#hz);
    }
    return this.#device;
  }
}
