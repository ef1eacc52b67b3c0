// SPDX-License-Identifier: MIT

import NativeDigital from "embedded:io/digital";
import type {
  Digital,
  DigitalConstructor,
  DigitalOptions,
} from "../../modules/ecma-419/digital.ts";
import type { Faults } from "../moddable/faults.ts";

/** The SDK's class as the standard has it; the published declarations are narrower. */
const Native = NativeDigital as unknown as DigitalConstructor;

/** Digital pins of the SDK: an exception of `onReadable` is told and goes no further. */
export class ESP32Digital implements Digital {
  readonly #pin: Digital;

  constructor(options: DigitalOptions, faults: Faults) {
    const { onReadable } = options;
    this.#pin = new Native(
      onReadable ? { ...options, onReadable: () => faults.run("digital", onReadable) } : options,
    );
  }

  read(): number {
    return this.#pin.read();
  }

  write(value: number): void {
    this.#pin.write(value);
  }

  close(): void {
    this.#pin.close();
  }

  static get Input(): number {
    return Native.Input;
  }

  static get InputPullUp(): number {
    return Native.InputPullUp;
  }

  static get Output(): number {
    return Native.Output;
  }

  static get OutputOpenDrain(): number {
    return Native.OutputOpenDrain;
  }

  static get Rising(): number {
    return Native.Rising;
  }

  static get Falling(): number {
    return Native.Falling;
  }
}
