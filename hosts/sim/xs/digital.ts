// SPDX-License-Identifier: MIT

import type { Digital, DigitalOptions } from "../../../modules/ecma-419/digital.ts";
import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";

/** ECMA-419 Digital over the simulated board's pins. */
export class SimDigital implements Digital {
  static readonly Input = 0;
  static readonly InputPullUp = 1;
  static readonly Output = 8;
  static readonly OutputOpenDrain = 9;
  static readonly Rising = 1;
  static readonly Falling = 2;

  readonly #pin: number;

  constructor(options: DigitalOptions) {
    this.#pin = options.pin;
  }

  read(): number {
    const payload = new Uint8Array([this.#pin]);
    return link.call(channels.digital, operations.digitalRead, payload)[0] ?? 0;
  }

  write(value: number): void {
    const payload = new Uint8Array([this.#pin, value]);
    link.call(channels.digital, operations.digitalWrite, payload);
  }

  close(): void {}
}
