// SPDX-License-Identifier: MIT

import Timer from "timer";
import type { Serial, SerialOptions } from "../../modules/ecma-419/serial.ts";
import type { Faults } from "./faults.ts";

/** Bytes taken at once. */
const room = 1024;

/**
 * A serial port that ends in `trace`: the console is seen in the debugger. Nothing comes in. In a
 * release build `trace` is silent.
 */
export class TraceSerial implements Serial {
  readonly target: unknown;
  readonly #onWritable: SerialOptions["onWritable"];
  readonly #faults: Faults;
  #timer: ReturnType<typeof Timer.set> | undefined;
  #isClosed = false;

  constructor(options: SerialOptions, faults: Faults) {
    this.target = options.target;
    this.#onWritable = options.onWritable;
    this.#faults = faults;
    this.askForMore();
  }

  read(): undefined {
    return undefined;
  }

  write(buffer: Uint8Array): void {
    if (this.#isClosed) return;
    // A character cut in two by the limit of one write shows as U+FFFD; the line stays whole.
    trace(new TextDecoder().decode(buffer).replaceAll("\r", ""));
    this.askForMore();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer) Timer.clear(this.#timer);
    this.#timer = undefined;
  }

  private askForMore(): void {
    if (this.#timer) return;
    this.#timer = Timer.set(() => {
      this.#timer = undefined;
      this.#faults.run("serial", () => this.#onWritable?.call(this, room));
    });
  }
}
