// SPDX-License-Identifier: MIT

import type { LogLevel, LogLine } from "../base/log.ts";
import type { Serial, SerialConstructor, SerialOptions } from "../ecma-419/serial.ts";
import { type ConsoleFormat, lineOf } from "./line-format.ts";

const ranks: Readonly<Record<LogLevel, number>> = Object.freeze({
  error: 0,
  warn: 1,
  info: 2,
  debug: 3,
});

export interface ConsoleOptions {
  readonly serial: { readonly io: SerialConstructor } & SerialOptions;
  /** Monotonic ms, the time of a JSON line. */
  readonly ticks: () => number;
  /** Called with each line that a user has typed, without its end; at most `longestInput` bytes. */
  readonly onLine?: (line: string) => void;
}

/** Output that waits for the port, in lines; more are dropped and counted. */
const mostWaiting = 32;
/** A longer input line is cut. */
const longestInput = 256;

/**
 * The board's serial console: writes log lines as text or JSON, reads lines. Never blocks: what the
 * port cannot take waits in a bounded queue, and what finds it full is dropped, counted and told.
 */
export class Console {
  readonly #serial: Serial;
  readonly #ticks: () => number;
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #input = new Uint8Array(longestInput);
  readonly #waiting: Uint8Array[] = [];
  #inputLength = 0;
  #room = 0;
  #dropped = 0;
  #format: ConsoleFormat = "text";
  #least = ranks.info;

  constructor(options: ConsoleOptions) {
    const { io, ...serial } = options.serial;
    this.#ticks = options.ticks;
    this.#onLine = options.onLine;
    this.#serial = new io({
      ...serial,
      format: "buffer",
      onWritable: (count) => this.#onWritable(count),
      onReadable: () => this.#onReadable(),
    });
  }

  /** Chooses the format and the least important level that is shown. */
  configure(options: { readonly format: ConsoleFormat; readonly level: LogLevel }): void {
    this.#format = options.format;
    this.#least = ranks[options.level];
  }

  /** Lines lost because the port was too slow. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Writes one log line. */
  log(line: LogLine): void {
    if (ranks[line.level] > this.#least) return;
    const text = lineOf(line, this.#format, this.#ticks());
    if (this.#waiting.length >= mostWaiting) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(new TextEncoder().encode(`${text}\r\n`));
    this.#flush();
  }

  close(): void {
    this.#serial.close();
  }

  #onWritable(count: number): void {
    this.#room = count;
    this.#flush();
  }

  #flush(): void {
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined || this.#room === 0) return;
      const part = next.length > this.#room ? next.subarray(0, this.#room) : next;
      this.#serial.write(part);
      this.#room -= part.length;
      if (part.length === next.length) this.#waiting.shift();
      else this.#waiting[0] = next.subarray(part.length);
    }
  }

  #onReadable(): void {
    const bytes = this.#serial.read();
    if (bytes === undefined) return;
    for (const byte of new Uint8Array(bytes)) {
      if (byte === 0x0d || byte === 0x0a) this.#endInput();
      else if (this.#inputLength < longestInput) this.#input[this.#inputLength++] = byte;
    }
  }

  #endInput(): void {
    const length = this.#inputLength;
    this.#inputLength = 0;
    if (length === 0) return;
    this.#onLine?.(new TextDecoder().decode(this.#input.subarray(0, length)));
  }
}
