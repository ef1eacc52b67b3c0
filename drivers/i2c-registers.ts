// SPDX-License-Identifier: MIT

import type { I2C } from "../modules/ecma-419/i2c.ts";

/** The part of an I2C instance that registers need. */
export interface RegisterBus extends Pick<I2C, "close"> {
  write(buffer: Uint8Array): void;
  writeRead(write: Uint8Array, buffer: Uint8Array): unknown;
}

/**
 * Registers (or mailboxes) of one device over plain I2C: the first byte written selects one. Every
 * method is one bus transaction and throws what the bus throws. Bytes, and writes of the length of
 * the write before, allocate nothing.
 */
export class I2CRegisters {
  readonly #bus: RegisterBus;
  readonly #select = new Uint8Array(1);
  /** Select byte and data of the last write, for the next of that length. */
  #written: Uint8Array | undefined;

  /** `bus` belongs to this object from here on. */
  constructor(bus: RegisterBus) {
    this.#bus = bus;
  }

  /** Fills `buffer` from `register` by a repeated start. */
  read(register: number, buffer: Uint8Array): void {
    this.#select[0] = register;
    this.#bus.writeRead(this.#select, buffer);
  }

  /** One byte, which comes in the place of the register's number: that is sent before. */
  readByte(register: number): number {
    this.read(register, this.#select);
    return this.#select[0] ?? 0;
  }

  /** Two bytes, the high one first: a version, which is read once. */
  readWord(register: number): number {
    const bytes = new Uint8Array(2);
    this.read(register, bytes);
    return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  }

  /** Writes `data` to `register`, both in one transaction; `data` is not kept. */
  write(register: number, data: Uint8Array): void {
    const bytes = this.bufferFor(register, data.length);
    bytes.set(data, 1);
    this.#bus.write(bytes);
  }

  writeByte(register: number, value: number): void {
    const bytes = this.bufferFor(register, 1);
    bytes[1] = value;
    this.#bus.write(bytes);
  }

  /** Writes the four bytes of `value`, 0 to 2^32 - 1, the highest first. */
  writeUint32(register: number, value: number): void {
    const bytes = this.bufferFor(register, 4);
    bytes[1] = value >>> 24;
    bytes[2] = value >>> 16;
    bytes[3] = value >>> 8;
    bytes[4] = value;
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

  private bufferFor(register: number, length: number): Uint8Array {
    let bytes = this.#written;
    if (bytes?.length !== length + 1) {
      bytes = new Uint8Array(length + 1);
      this.#written = bytes;
    }
    bytes[0] = register;
    return bytes;
  }
}
