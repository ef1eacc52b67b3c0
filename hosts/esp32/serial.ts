// SPDX-License-Identifier: MIT

import NativeSerial from "embedded:io/serial";
import Timer from "timer";
import type { Serial, SerialOptions } from "../../modules/ecma-419/serial.ts";
import type { Faults } from "../moddable/faults.ts";
import { TraceSerial } from "../moddable/trace-serial.ts";

/** The SDK's serial port as its C code is; the published declarations are narrower. */
type NativePort = Serial & { read(byteLength?: number): ArrayBuffer | undefined };

/** A port with what the SDK calls for it, which lives as long as this does. */
interface OpenPort {
  io?: Serial | undefined;
  readonly onReadable?: (count: number) => void;
  readonly onWritable?: (count: number) => void;
}

/** How long, in ms, until a port that tells of no room is looked at again; at 115,200 baud 128 bytes are out in 11 ms. */
const muteTimeout = 1_000;
/** How long, in ms, until what a port has told has surely been delivered. */
const deliveryTime = 100;

/**
 * The UART of the USB connector. In a debug build it belongs to xsbug, its pins are taken and the
 * console goes to `trace`; in a release build any terminal shows it.
 */
export class ESP32Serial implements Serial {
  readonly target: unknown;
  readonly #options: SerialOptions;
  readonly #faults: Faults;
  #port: OpenPort | undefined;
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
    else this.#port = { io: new TraceSerial(options, faults) };
  }

  read(byteLength?: number): ArrayBuffer | undefined {
    // The SDK counts arguments: an undefined one is a length of 0 to it, which it refuses.
    const io = this.#port?.io;
    return byteLength === undefined ? io?.read() : io?.read(byteLength);
  }

  write(buffer: Uint8Array): void {
    this.#port?.io?.write(buffer);
    this.#isFull = true;
  }

  close(): void {
    if (this.#timer) Timer.clear(this.#timer);
    this.#timer = undefined;
    this.closePort();
  }

  private open(): OpenPort | undefined {
    const { onReadable, onWritable, target, ...rest } = this.#options;
    const port: OpenPort = {
      onReadable: (count) => this.call(port, () => onReadable?.call(this, count)),
      onWritable: (count) =>
        this.call(port, () => {
          this.#isFull = false;
          this.#wasFull = false;
          this.#isMute = false;
          onWritable?.call(this, count);
        }),
    };
    const callbacks = { onReadable: port.onReadable, onWritable: port.onWritable };
    try {
      port.io = new NativeSerial({ ...rest, ...callbacks } as never) as unknown as NativePort;
      return port;
    } catch {
      return undefined;
    }
  }

  /**
   * A port may have told that it has bytes and that it has room when it is closed, and the SDK still delivers the
   * second of two messages. So it and its callbacks are held for so long: collected they are no functions.
   */
  private closePort(): void {
    const port = this.#port;
    const io = port?.io;
    this.#port = undefined;
    if (!port) return;
    // Not from inside its own callback: the SDK still uses the port when that returns.
    if (this.#isCalling) Timer.set(() => io?.close());
    else io?.close();
    Timer.set(() => {
      port.io = undefined;
    }, deliveryTime);
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
    this.closePort();
    this.#port = this.open();
  }

  private call(port: OpenPort, action: () => void): void {
    if (port !== this.#port) return;
    this.#isCalling = true;
    this.#faults.run("serial", action);
    this.#isCalling = false;
  }
}
