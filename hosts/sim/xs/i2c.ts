// SPDX-License-Identifier: MIT

import type { I2C, I2COptions } from "../../../modules/ecma-419/i2c.ts";
import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";

/** ECMA-419 I2C over the simulated bus of the Node side. */
export class SimI2C implements I2C {
  readonly #address: number;

  constructor(options: I2COptions) {
    const { address } = options;
    if (!Number.isInteger(address) || address < 0 || address > 0x7f) {
      throw new RangeError(`I2C address ${address} is not in 0–127`);
    }
    this.#address = address;
  }

  read(byteLength: number): ArrayBuffer;
  read(buffer: Uint8Array): number;
  read(wanted: number | Uint8Array): ArrayBuffer | number {
    return this.transfer(undefined, wanted);
  }

  write(buffer: Uint8Array): void {
    this.transfer(buffer, 0);
  }

  writeRead(write: Uint8Array, byteLength: number): ArrayBuffer;
  writeRead(write: Uint8Array, buffer: Uint8Array): number;
  writeRead(write: Uint8Array, wanted: number | Uint8Array): ArrayBuffer | number {
    return this.transfer(write, wanted);
  }

  close(): void {}

  private transfer(
    write: Uint8Array | undefined,
    wanted: number | Uint8Array,
  ): ArrayBuffer | number {
    const count = typeof wanted === "number" ? wanted : wanted.length;
    const payload = new Uint8Array(4 + (write?.length ?? 0));
    payload[0] = this.#address;
    payload[1] = count >> 8;
    payload[2] = count & 0xff;
    payload[3] = write ? 1 : 0;
    if (write) payload.set(write, 4);
    const reply = link.call(channels.i2c, operations.i2cTransfer, payload);
    if (typeof wanted === "number") return reply.slice().buffer;
    wanted.set(reply);
    return reply.length;
  }
}
