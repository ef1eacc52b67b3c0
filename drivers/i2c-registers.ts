// SPDX-License-Identifier: MIT

import type { I2C } from "../modules/ecma-419/i2c.ts";

/** The part of an I2C instance that registers need. */
export interface RegisterBus extends Pick<I2C, "close"> {
  write(buffer: Uint8Array): void;
  writeRead(write: Uint8Array, buffer: Uint8Array): unknown;
}

/**
 * Registers (or mailboxes) of one device over plain I2C: the first byte written selects one. Every
 * method is one bus transaction and throws what the bus throws. Nothing is allocated after
 * construction.
 */
export class I2CRegisters {
  readonly #bus: RegisterBus;
  readonly #select = new Uint8Array(1);
  readonly #one = new Uint8Array(1);
  readonly #two = new Uint8Array(2);
  /** Select byte and data, for each length of data that is used, made at the first use. */
  readonly #writes: Uint8Array[] = [];

  /** `bus` belongs to this object from here on. */
  constructor(bus: RegisterBus) {
    this.#bus = bus;
  }

  /** Fills `buffer` from `register` by a repeated start. */
  read(register: number, buffer: Uint8Array): void {
    this.#select[0] = register;
    this.#bus.writeRead(this.#select, buffer);
  }

  /** One byte. */
  readByte(register: number): number {
    this.read(register, this.#one);
    return this.#one[0] ?? 0;
  }

  /** Two bytes, the high one first. */
  readWord(register: number): number {
    this.read(register, this.#two);
    return ((this.#two[0] ?? 0) << 8) | (this.#two[1] ?? 0);
  }

  /** Writes `data` to `register`, both in one transaction; `data` is not kept. */
  write(register: number, data: Uint8Array): void {
    const bytes = this.buffer(data.length);
    bytes[0] = register;
    bytes.set(data, 1);
    this.#bus.write(bytes);
  }

  writeByte(register: number, value: number): void {
    const bytes = this.buffer(1);
    bytes[0] = register;
    bytes[1] = value;
    this.#bus.write(bytes);
  }

  /** Writes the register's number and nothing more. */
  command(register: number): void {
    this.#select[0] = register;
    this.#bus.write(this.#select);
  }

  close(): void {
    this.#bus.close();
  }

  private buffer(length: number): Uint8Array {
    let bytes = this.#writes[length];
    if (!bytes) {
      bytes = new Uint8Array(length + 1);
      this.#writes[length] = bytes;
    }
    return bytes;
  }
}
