// SPDX-License-Identifier: MIT

import type { I2C, I2CConstructor } from "../../../modules/ecma-419/i2c.ts";
import type { RegisterBus } from "../../i2c-registers.ts";
import { SensorError } from "../../sensor-error.ts";
import type { CCS811Bus } from "../ccs811-options.ts";

/** Data pin, clock pin, address and speed of a CCS811 without anything said. */
const defaults = Object.freeze({ address: 0x5a, hz: 100_000 });

/**
 * The I2C instance of one CCS811, which can be let go of and had again. Whatever the bus throws
 * becomes SensorError "ccs811/no-answer".
 */
export class SensorBus implements RegisterBus {
  readonly #io: I2CConstructor;
  readonly #data: number;
  readonly #clock: number;
  #address: number;
  readonly #hz: number;
  #bus: I2C | undefined;

  /** Opens the bus; throws what its class throws. */
  constructor(options: CCS811Bus) {
    const { io, data, clock, address = defaults.address, hz = defaults.hz } = options;
    this.#io = io;
    this.#data = data;
    this.#clock = clock;
    this.#address = address;
    this.#hz = hz;
    this.open();
  }

  get isOpen(): boolean {
    return this.#bus !== undefined;
  }

  open(): void {
    if (this.#bus) return;
    this.#bus = new this.#io({
      data: this.#data,
      clock: this.#clock,
      address: this.#address,
      hz: this.#hz,
    });
  }

  /** Has what follows go to another address. */
  moveTo(address: number): void {
    const { isOpen } = this;
    this.close();
    this.#address = address;
    if (isOpen) this.open();
  }

  close(): void {
    const bus = this.#bus;
    this.#bus = undefined;
    bus?.close();
  }

  write(buffer: Uint8Array): void {
    try {
      this.opened.write(buffer);
    } catch (error) {
      throw this.unanswered(error);
    }
  }

  writeRead(write: Uint8Array, buffer: Uint8Array): void {
    try {
      this.opened.writeRead(write, buffer);
    } catch (error) {
      throw this.unanswered(error);
    }
  }

  private get opened(): I2C {
    if (!this.#bus) throw new Error("the bus is not open");
    return this.#bus;
  }

  private unanswered(cause: unknown): SensorError {
    const address = `0x${this.#address.toString(16).toUpperCase()}`;
    return new SensorError({
      code: "ccs811/no-answer",
      what: `the CCS811 at ${address} does not answer`,
      why: cause instanceof Error ? cause.message : String(cause),
      todo: "check its wires, that WAKE is tied to ground, and the address (ADDR pin)",
      cause,
    });
  }
}
