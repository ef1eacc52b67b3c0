// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../../base/clock.ts";
import type { Digital, DigitalConstructor } from "../../ecma-419/digital.ts";

export interface HeldButtonOptions {
  readonly io: DigitalConstructor;
  /** Low while it is pressed; the chip pulls it up. */
  readonly pin: number;
  readonly timers: Timers;
  readonly owner: { buttonHeld(pin: number): void };
}

/** While it is pressed, the button is looked at so often, ms. */
const sampleInterval = 50;
/** It counts as held when it was found pressed so many times. */
const longPress = 2_000 / sampleInterval;
/** It counts as released when it was found so, one after the other. */
const release = 2;

/**
 * A button that is held: told once each time. Nothing runs while nobody presses it, a contact that
 * bounces is one press, and a short one is none.
 */
export class HeldButton {
  readonly #options: HeldButtonOptions;
  readonly #input: Digital;
  #timer: Timer | undefined;
  #pressed = 0;
  #released = 0;

  /** Throws what the pin throws. */
  constructor(options: HeldButtonOptions) {
    const { io, pin } = options;
    this.#options = options;
    const onReadable = () => this.begin();
    this.#input = new io({ pin, mode: io.InputPullUp, edge: io.Falling, onReadable });
  }

  close(): void {
    this.stop();
    this.#input.close();
  }

  private begin(): void {
    if (this.#timer) return;
    this.#pressed = 0;
    this.#released = 0;
    this.#timer = this.#options.timers.repeat(() => this.look(), sampleInterval);
  }

  private look(): void {
    if (this.#input.read() === 0) {
      this.#released = 0;
      const { owner, pin } = this.#options;
      if (++this.#pressed === longPress) owner.buttonHeld(pin);
    } else if (++this.#released >= release) this.stop();
  }

  private stop(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
  }
}
