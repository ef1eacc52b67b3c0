// SPDX-License-Identifier: MIT

/** Options of the ECMA-419 Serial class (section 11.6), as far as the console needs them. */
export interface SerialOptions {
  /** Bits per second; the console runs at 115,200. */
  readonly baud: number;
  readonly receive?: number;
  readonly transmit?: number;
  readonly port?: number;
  readonly format?: "number" | "buffer";
  /** The instance has it as its `target`, for the callbacks, whose `this` is the instance. */
  readonly target?: unknown;
  /** Called when bytes have arrived; `count` can be read at once. */
  readonly onReadable?: (this: Serial, count: number) => void;
  /** Called when the output has room; `count` bytes can be written at once. */
  readonly onWritable?: (this: Serial, count: number) => void;
}

/** ECMA-419 Serial instance with format "buffer". */
export interface Serial {
  readonly target?: unknown;
  read(byteLength?: number): ArrayBuffer | undefined;
  /** Throws when there is no room for all bytes. */
  write(buffer: Uint8Array): void;
  close(): void;
}

export type SerialConstructor = new (options: SerialOptions) => Serial;
