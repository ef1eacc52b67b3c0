// SPDX-License-Identifier: MIT

import type { I2C, I2CConstructor, I2COptions } from "../../modules/ecma-419/i2c.ts";
import { bytesOf, hexOf } from "./hex.ts";

/**
 * An I2C bus that writes down every transaction and answers reads from a script: "00>90" is a write
 * of 00 and a read that gave 90, "F4" a write.
 */
export class BusRecorder {
  readonly io: I2CConstructor;
  readonly transactions: string[] = [];
  readonly opened: I2COptions[] = [];
  isClosed = false;
  readonly #answers = new Map<string, string[]>();

  constructor() {
    const recorder = this;
    this.io = class implements I2C {
      constructor({ data, clock, address, hz }: I2COptions) {
        recorder.opened.push({ data, clock, address, hz });
      }
      read(byteLength: number): ArrayBuffer;
      read(buffer: Uint8Array): number;
      read(): never {
        throw new Error("a CCS811 is read by writing its mailbox first");
      }
      write(buffer: Uint8Array): void {
        recorder.transactions.push(hexOf(buffer));
      }
      writeRead(write: Uint8Array, byteLength: number): ArrayBuffer;
      writeRead(write: Uint8Array, buffer: Uint8Array): number;
      writeRead(write: Uint8Array, target: number | Uint8Array): ArrayBuffer | number {
        if (typeof target === "number") throw new Error("a new buffer for each read");
        const answer = recorder.#answer(hexOf(write));
        recorder.transactions.push(`${hexOf(write)}>${hexOf(answer)}`);
        if (answer.length !== target.length) {
          throw new Error(`${target.length} bytes read of ${hexOf(write)}`);
        }
        target.set(answer);
        return answer.length;
      }
      close(): void {
        recorder.isClosed = true;
      }
    };
  }

  /** What reading `mailbox` gives, in hex: one after the other, the last for ever. */
  answer(mailbox: string, ...answers: string[]): this {
    this.#answers.set(mailbox, answers);
    return this;
  }

  /** The transactions since the last call. */
  take(): string[] {
    return this.transactions.splice(0);
  }

  #answer(mailbox: string): Uint8Array {
    const answers = this.#answers.get(mailbox);
    const answer = answers && answers.length > 1 ? answers.shift() : answers?.[0];
    if (answer === undefined) throw new Error(`no answer for ${mailbox}`);
    return bytesOf(answer);
  }
}
