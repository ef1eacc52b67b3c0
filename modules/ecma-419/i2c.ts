// SPDX-License-Identifier: MIT

/** Options of the ECMA-419 I2C class (section 11.3). One instance talks to one address. */
export interface I2COptions {
  readonly data: number;
  readonly clock: number;
  /** 7-bit device address, 0x08–0x77. */
  readonly address: number;
  /** Bus speed, 10,000–400,000 for the devices here. */
  readonly hz: number;
  readonly port?: number;
  /** Longest time one transaction may take, in ms. A host option: the standard leaves it open. */
  readonly timeout?: number;
}

/**
 * ECMA-419 I2C instance. Every call is one bus transaction and blocks for its length (a few ms at
 * most). A device that does not answer makes the call throw.
 */
export interface I2C {
  /** Reads `byteLength` bytes into a new buffer. */
  read(byteLength: number, stop?: boolean): ArrayBuffer;
  /** Fills `buffer` and returns the number of bytes read. */
  read(buffer: Uint8Array, stop?: boolean): number;
  /** A zero-length write addresses the device and nothing more: the usual probe. */
  write(buffer: Uint8Array, stop?: boolean): void;
  /**
   * Writes, then reads with a repeated start, in one transaction. An addition of the Moddable SDK
   * to the standard.
   */
  writeRead(write: Uint8Array, byteLength: number): ArrayBuffer;
  writeRead(write: Uint8Array, buffer: Uint8Array): number;
  close(): void;
}

export type I2CConstructor = new (options: I2COptions) => I2C;
