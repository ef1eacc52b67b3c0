// SPDX-License-Identifier: MIT

import NativeSerial from "embedded:io/serial";
import Timer from "timer";
import type { Serial, SerialOptions } from "../../modules/ecma-419/serial.ts";
import type { Faults } from "../moddable/faults.ts";
import { TraceSerial } from "../moddable/trace-serial.ts";

/** The SDK's serial port as its C code is; the published declarations are narrower. */
type NativePort = Serial & { read(byteLength?: number): ArrayBuffer | undefined };

/**
 * The UART of the USB connector. In a debug build it belongs to xsbug, its pins are taken and the
 * console goes to `trace`; in a release build any terminal shows it.
 */
export class ESP32Serial implements Serial {
  readonly #faults: Faults;
  #port: Serial | undefined;
  #isCalling = false;

  constructor(options: SerialOptions, faults: Faults) {
    this.#faults = faults;
    this.#port = this.#open(options) ?? new TraceSerial(options, faults);
  }

  read(byteLength?: number): ArrayBuffer | undefined {
    return this.#port?.read(byteLength);
  }

  write(buffer: Uint8Array): void {
    this.#port?.write(buffer);
  }

  close(): void {
    const port = this.#port;
    this.#port = undefined;
    // Not from inside its own callback: the SDK still uses the port when that returns.
    if (this.#isCalling) Timer.set(() => port?.close());
    else port?.close();
  }

  #open(options: SerialOptions): Serial | undefined {
    const { onReadable, onWritable, ...rest } = options;
    try {
      return new NativeSerial({
        ...rest,
        onReadable: (count: number) => this.#call(() => onReadable?.(count)),
        onWritable: (count: number) => this.#call(() => onWritable?.(count)),
      } as never) as unknown as NativePort;
    } catch {
      return undefined;
    }
  }

  #call(action: () => void): void {
    if (!this.#port) return;
    this.#isCalling = true;
    this.#faults.run("serial", action);
    this.#isCalling = false;
  }
}
