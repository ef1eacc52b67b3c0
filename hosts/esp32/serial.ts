// SPDX-License-Identifier: MIT

import NativeSerial from "embedded:io/serial";
import Timer from "timer";
import type { Serial, SerialOptions } from "../../modules/ecma-419/serial.ts";
import type { Faults } from "../moddable/faults.ts";
import { TraceSerial } from "../moddable/trace-serial.ts";

/** The SDK's serial port as its C code is; the published declarations are narrower. */
type NativePort = Serial & { read(byteLength?: number): ArrayBuffer | undefined };

/** How long, in ms, until a port that tells of no room is looked at again; at 115,200 baud 128 bytes are out in 11 ms. */
const muteTimeout = 1_000;
/** How long, in ms, until what the port has told during a long turn has surely been delivered. */
const deliveryTime = 100;

/**
 * The UART of the USB connector. In a debug build it belongs to xsbug, its pins are taken and the
 * console goes to `trace`; in a release build any terminal shows it.
 */
export class ESP32Serial implements Serial {
  readonly target: unknown;
  readonly #options: SerialOptions;
  readonly #faults: Faults;
  #port: Serial | undefined;
  #timer: ReturnType<typeof Timer.repeat> | undefined;
  #isCalling = false;
  /** Something was written and no room has been told since, and so it was at the last look. */
  #isFull = false;
  #wasFull = false;
  /** It is to be opened anew, unless it tells of room yet. */
  #isMute = false;

  constructor(options: SerialOptions, faults: Faults) {
    this.target = options.target;
    this.#options = options;
    this.#faults = faults;
    this.#port = this.open();
    if (this.#port) this.#timer = Timer.repeat(() => this.look(), muteTimeout);
    else this.#port = new TraceSerial(options, faults);
  }

  read(byteLength?: number): ArrayBuffer | undefined {
    // The SDK counts arguments: an undefined one is a length of 0 to it, which it refuses.
    return byteLength === undefined ? this.#port?.read() : this.#port?.read(byteLength);
  }

  write(buffer: Uint8Array): void {
    this.#port?.write(buffer);
    this.#isFull = true;
  }

  close(): void {
    const port = this.#port;
    this.#port = undefined;
    if (this.#timer) Timer.clear(this.#timer);
    this.#timer = undefined;
    // Not from inside its own callback: the SDK still uses the port when that returns.
    if (this.#isCalling) Timer.set(() => port?.close());
    else port?.close();
  }

  private open(): Serial | undefined {
    const { onReadable, onWritable, target, ...rest } = this.#options;
    try {
      return new NativeSerial({
        ...rest,
        onReadable: (count: number) => this.call(() => onReadable?.call(this, count)),
        onWritable: (count: number) => {
          this.#isFull = false;
          this.#wasFull = false;
          this.#isMute = false;
          this.call(() => onWritable?.call(this, count));
        },
      } as never) as unknown as NativePort;
    } catch {
      return undefined;
    }
  }

  /**
   * The SDK's interrupt tells of room once, by a message; when the queue of messages is full at that
   * moment it never does again. So a port that has been silent for a whole interval is opened anew. After a long
   * turn two looks come one upon the other, before what the port has told: so it is looked at once more. A port
   * that is closed while its messages are on their way calls what is no function any more, which ends the machine.
   */
  private look(): void {
    this.#isMute = this.#isFull && this.#wasFull;
    this.#wasFull = this.#isFull;
    if (this.#isMute) Timer.set(() => this.reopen(), deliveryTime);
  }

  private reopen(): void {
    if (!this.#isMute || !this.#timer) return;
    this.#isMute = false;
    this.#port?.close();
    this.#port = this.open();
  }

  private call(action: () => void): void {
    if (!this.#port) return;
    this.#isCalling = true;
    this.#faults.run("serial", action);
    this.#isCalling = false;
  }
}
