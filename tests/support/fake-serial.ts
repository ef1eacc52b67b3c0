// SPDX-License-Identifier: MIT

import type { Serial, SerialConstructor, SerialOptions } from "../../modules/ecma-419/serial.ts";

/** A serial port in memory: what was written, and a way to type and to make room. */
export class FakePort {
  output = "";
  /** The same as bytes. */
  readonly bytes: number[] = [];
  #options: SerialOptions | undefined;
  #serial: Serial | undefined;
  #input: Uint8Array | undefined;
  #room = 0;

  /** The ECMA-419 class that opens this port. */
  readonly io: SerialConstructor;

  constructor() {
    const port = this;
    this.io = class implements Serial {
      readonly target: unknown;
      constructor(options: SerialOptions) {
        this.target = options.target;
        port.#serial = this;
        port.#options = options;
      }
      read(): ArrayBuffer | undefined {
        const input = port.#input;
        port.#input = undefined;
        return input ? new Uint8Array(input).buffer : undefined;
      }
      write(buffer: Uint8Array): void {
        if (buffer.length > port.#room) throw new Error("no room");
        port.#room -= buffer.length;
        // One by one: an answer of some KB would fill the stack of XS as arguments.
        for (const byte of buffer) port.bytes.push(byte);
        port.output += new TextDecoder().decode(buffer);
      }
      close(): void {}
    };
  }

  /** Tells the other side that it may write `count` bytes. */
  makeRoom(count: number): void {
    this.#room = count;
    if (this.#serial) this.#options?.onWritable?.call(this.#serial, count);
  }

  /** Types `text`. */
  type(text: string | Uint8Array): void {
    this.#input = typeof text === "string" ? new TextEncoder().encode(text) : text;
    if (this.#serial) this.#options?.onReadable?.call(this.#serial, this.#input.length);
  }
}
