// SPDX-License-Identifier: MIT

import type { I2C } from "../../../modules/ecma-419/i2c.ts";
import type { RegisterBus } from "../../i2c-registers.ts";
import { type I2CSensorOptions, openI2C } from "../../i2c-sensor.ts";
import { SensorError } from "../../sensor-error.ts";

/** With ADDR low. */
const usualAddress = 0x5a;

/**
 * The I2C instance of one CCS811, which can be let go of and had again. Whatever the bus throws
 * becomes SensorError "ccs811/no-answer".
 */
export class SensorBus implements RegisterBus {
  readonly #sensor: I2CSensorOptions;
  #address: number;
  #bus: I2C | undefined;

  /** Opens the bus; throws what its class throws. */
  constructor(sensor: I2CSensorOptions) {
    this.#sensor = sensor;
    this.#address = sensor.address ?? usualAddress;
    this.open();
  }

  get isOpen(): boolean {
    return this.#bus !== undefined;
  }

  open(): void {
    const address = this.#address;
    this.#bus ??= openI2C({ ...this.#sensor, address }, address);
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
