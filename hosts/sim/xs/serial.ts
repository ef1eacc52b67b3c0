// SPDX-License-Identifier: MIT

import type { Serial, SerialOptions } from "../../../modules/ecma-419/serial.ts";
import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";

/** The board's serial port, which the Node side shows and types on. */
export class SimSerial implements Serial {
  readonly target: unknown;
  readonly #onReadable: SerialOptions["onReadable"];
  readonly #onWritable: SerialOptions["onWritable"];
  #input: Uint8Array | undefined;
  #room = 0;

  constructor(options: SerialOptions) {
    this.target = options.target;
    this.#onReadable = options.onReadable;
    this.#onWritable = options.onWritable;
    link.openHandle(channels.serial, 0, (operation, payload) => this.on(operation, payload));
  }

  read(byteLength?: number): ArrayBuffer | undefined {
    const input = this.#input;
    if (!input) return undefined;
    const count = Math.min(byteLength ?? input.length, input.length);
    this.#input = count === input.length ? undefined : input.subarray(count);
    return input.slice(0, count).buffer;
  }

  write(buffer: Uint8Array): void {
    if (buffer.length > this.#room) throw new Error("no room in the serial port");
    this.#room -= buffer.length;
    link.send(channels.serial, operations.serialWrite, 0, buffer);
  }

  close(): void {
    link.close(channels.serial, 0);
  }

  private on(operation: number, payload: Uint8Array): void {
    if (operation === operations.serialWritable) {
      this.#room = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
      this.#onWritable?.call(this, this.#room);
    } else {
      this.#input = payload.slice();
      this.#onReadable?.call(this, payload.length);
    }
  }
}
