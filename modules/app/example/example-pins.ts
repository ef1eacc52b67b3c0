// SPDX-License-Identifier: MIT

import type { Digital } from "../../ecma-419/digital.ts";

/** A pin that an example writes to: an LED, a buzzer, a relay. */
export class ExampleOutput {
  readonly #pin: Digital;
  #isOn = false;

  constructor(pin: Digital) {
    this.#pin = pin;
    pin.write(0);
  }

  /** Whether it is high. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** High when `isOn`, else low. */
  write(isOn: boolean): void {
    this.#isOn = isOn;
    this.#pin.write(isOn ? 1 : 0);
  }

  /** High when it was low, and the other way round. */
  toggle(): void {
    this.write(!this.#isOn);
  }
}

/** A pin that an example reads, with a pull-up: a button to ground reads false while it is pressed. */
export class ExampleInput {
  readonly #pin: Digital;

  constructor(pin: Digital) {
    this.#pin = pin;
  }

  /** Whether it is high. */
  read(): boolean {
    return this.#pin.read() === 1;
  }
}
