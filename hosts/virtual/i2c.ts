// SPDX-License-Identifier: MIT

import type { I2CBus, I2CResult } from "./i2c-bus.ts";

/** Constructor options as in ECMA-419, section 11.3. */
export interface VirtualI2COptions {
  readonly data: number;
  readonly clock: number;
  /** 7-bit device address. */
  readonly address: number;
  readonly hz: number;
}

/** An instance of the class that `createI2C` makes: ECMA-419 I2C, with the SDK's `writeRead`. */
export interface VirtualI2C {
  read(byteLength: number, stop?: boolean): ArrayBuffer;
  read(buffer: Uint8Array, stop?: boolean): number;
  write(buffer: Uint8Array, stop?: boolean): void;
  writeRead(write: Uint8Array, byteLength: number): ArrayBuffer;
  writeRead(write: Uint8Array, buffer: Uint8Array): number;
  close(): void;
}

export type VirtualI2CConstructor = new (options: VirtualI2COptions) => VirtualI2C;

/**
 * An ECMA-419 I2C class whose instances talk to the chips on `bus`, for firmware that runs in the
 * same machine. Like the SDK's on the ESP32 it refuses a second instance of one address and ignores
 * `stop`. A transaction that fails throws; so does any call after `close`.
 */
export function createI2C(bus: I2CBus): VirtualI2CConstructor {
  const open = new Set<number>();
  return class {
    readonly #address: number;
    readonly #hz: number;
    #closed = false;

    constructor({ address, hz }: VirtualI2COptions) {
      if (!Number.isInteger(address) || address < 0 || address > 0x7f) {
        throw new RangeError(`address ${address} is not 0 to 127`);
      }
      if (!(hz > 0)) throw new RangeError(`hz ${hz} is not above 0`);
      if (open.has(address)) throw new Error(`address ${address} is already in use`);
      open.add(address);
      this.#address = address;
      this.#hz = hz;
    }

    read(byteLength: number, stop?: boolean): ArrayBuffer;
    read(buffer: Uint8Array, stop?: boolean): number;
    read(target: number | Uint8Array): ArrayBuffer | number {
      return this.#into(target, this.#transfer("read", undefined, lengthOf(target)));
    }

    write(buffer: Uint8Array): void {
      this.#transfer("write", buffer, 0);
    }

    writeRead(write: Uint8Array, byteLength: number): ArrayBuffer;
    writeRead(write: Uint8Array, buffer: Uint8Array): number;
    writeRead(write: Uint8Array, target: number | Uint8Array): ArrayBuffer | number {
      return this.#into(target, this.#transfer("writeRead", write, lengthOf(target)));
    }

    close(): void {
      if (this.#closed) return;
      this.#closed = true;
      open.delete(this.#address);
    }

    #transfer(name: string, write: Uint8Array | undefined, readLength: number): I2CResult {
      if (this.#closed) throw new Error("the I2C instance is closed");
      const result = bus.transfer(this.#address, write, readLength, { hz: this.#hz });
      if (result.fault) throw new Error(`${name} failed: ${result.fault}`);
      return result;
    }

    #into(target: number | Uint8Array, { bytes }: I2CResult): ArrayBuffer | number {
      if (typeof target === "number") return bytes.slice().buffer;
      target.set(bytes);
      return bytes.length;
    }
  };
}

function lengthOf(target: number | Uint8Array): number {
  return typeof target === "number" ? target : target.length;
}
