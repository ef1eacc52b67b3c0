// SPDX-License-Identifier: MIT

import NativeSerial from "embedded:io/serial";
import Timer from "timer";
import type { Serial, SerialOptions } from "../../modules/ecma-419/serial.ts";
import type { Faults } from "../moddable/faults.ts";
import { TraceSerial } from "../moddable/trace-serial.ts";

/** Bytes that the UART holds on their way out, on every chip. */
const fifoLength = 128;
/** Bits of a byte on the line. */
const bitsPerByte = 10;
/** How often, in ms, it is looked whether bytes have come that nobody has told of. */
const lookInterval = 1_000;

/**
 * The UART of the USB connector. In a debug build it belongs to xsbug, its pins are taken and the
 * console goes to `trace`; in a release build any terminal shows it.
 *
 * The SDK tells of bytes and of room by messages, and what its interrupt cannot post, because their queue is full
 * or the other core is at the same flags, is never told. So room is not told by it at all: the UART is empty
 * when the time of its bytes is over. Bytes that were not told of are found once a second.
 */
export class ESP32Serial implements Serial {
  readonly target: unknown;
  readonly #options: SerialOptions;
  readonly #faults: Faults;
  #port: Serial | undefined;
  #looks: ReturnType<typeof Timer.repeat> | undefined;
  /** Runs while the UART is sending. */
  #sending: ReturnType<typeof Timer.set> | undefined;
  readonly #onSent = () => this.sent();
  /** What the UART takes at once. */
  #room = 0;
  /** What it did not take. */
  #rest: Uint8Array | undefined;
  /** What was found and has not been read. */
  #found: ArrayBuffer | undefined;
  /** The last look has found bytes, and none have been told of since. */
  #isDeaf = false;
  #isCalling = false;

  constructor(options: SerialOptions, faults: Faults) {
    this.target = options.target;
    this.#options = options;
    this.#faults = faults;
    this.#port = this.open();
    if (!this.#port) {
      this.#port = new TraceSerial(options, faults);
      return;
    }
    this.#looks = Timer.repeat(() => this.look(), lookInterval);
    this.#sending = Timer.set(this.#onSent);
  }

  read(byteLength?: number): ArrayBuffer | undefined {
    const found = this.#found;
    // The SDK counts arguments: an undefined one is a length of 0 to it, which it refuses.
    if (!found) return byteLength === undefined ? this.#port?.read() : this.#port?.read(byteLength);
    const count = byteLength ?? found.byteLength;
    this.#found = count < found.byteLength ? found.slice(count) : undefined;
    return found.slice(0, count);
  }

  write(buffer: Uint8Array): void {
    if (!this.#looks) {
      this.#port?.write(buffer);
      return;
    }
    if (buffer.length > this.#room) throw new Error(`there is room for ${this.#room} bytes`);
    this.#room -= buffer.length;
    this.send(buffer);
  }

  close(): void {
    if (this.#looks) Timer.clear(this.#looks);
    if (this.#sending) Timer.clear(this.#sending);
    this.#looks = undefined;
    this.#sending = undefined;
    this.closePort();
  }

  private open(): Serial | undefined {
    const { onReadable, onWritable: _, target: __, ...rest } = this.#options;
    const onBytes = (count: number) => {
      if (port !== this.#port) return;
      this.#isDeaf = false;
      this.call(() => onReadable?.call(this, count));
    };
    let port: Serial | undefined;
    try {
      // As its C code is; the published declarations are narrower.
      port = new NativeSerial({ ...rest, onReadable: onBytes } as never) as unknown as Serial;
    } catch {
      // In use.
    }
    return port;
  }

  private closePort(): void {
    const port = this.#port;
    this.#port = undefined;
    // Not from inside its own callback: the SDK still uses the port when that returns.
    if (this.#isCalling) Timer.set(() => port?.close());
    else port?.close();
  }

  /** The engine writes to the same UART when it ends, for one: what finds no room then waits once more. */
  private send(bytes: Uint8Array): void {
    this.#rest = bytes;
    try {
      this.#port?.write(bytes);
      if (this.#port) this.#rest = undefined;
    } catch {}
    if (this.#rest) this.#room = 0;
    if (this.#sending) Timer.clear(this.#sending);
    const time = ((fifoLength - this.#room) * bitsPerByte * 1_000) / this.#options.baud;
    this.#sending = Timer.set(this.#onSent, Math.ceil(time) + 1);
  }

  private sent(): void {
    this.#sending = undefined;
    if (this.#rest) {
      this.send(this.#rest);
      return;
    }
    this.#room = fifoLength;
    this.call(() => this.#options.onWritable?.call(this, fifoLength));
  }

  /** Bytes that were found twice in a row were both times not told of: the port is opened anew. */
  private look(): void {
    const port = this.#port;
    const found = port?.read();
    if (!port || (found && this.#isDeaf)) {
      this.closePort();
      this.#port = this.open();
    }
    this.#isDeaf = found !== undefined && !this.#isDeaf;
    if (!found) return;
    this.#found = found;
    this.call(() => this.#options.onReadable?.call(this, found.byteLength));
  }

  private call(action: () => void): void {
    this.#isCalling = true;
    this.#faults.run("serial", action);
    this.#isCalling = false;
  }
}
