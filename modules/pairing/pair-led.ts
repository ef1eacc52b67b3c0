// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../base/clock.ts";
import type { Digital } from "../ecma-419/digital.ts";
import type { PairingState } from "./pairing.ts";

export interface PairLEDOptions {
  /** Off. */
  readonly output: Digital;
  /** It shines with 0. */
  readonly activeLow: boolean;
  readonly timers: Timers;
  readonly pairing: { readonly state: PairingState };
}

/** A quick blink changes each time, ms, and a slow one each fourth time. */
const tickInterval = 250;
const ticksOfSlow = 4;

/**
 * An LED that shows what pairing does: it blinks quickly while a pair is made, shines when all peers are
 * there, blinks slowly when one is away, and is off without peers.
 */
export class PairLED {
  readonly #options: PairLEDOptions;
  readonly #timer: Timer;
  #ticks = 0;
  #isLit = false;

  constructor(options: PairLEDOptions) {
    this.#options = options;
    this.#timer = options.timers.repeat(() => this.tick(), tickInterval);
  }

  close(): void {
    const { timers, output } = this.#options;
    timers.clear(this.#timer);
    this.light(false);
    output.close();
  }

  private tick(): void {
    this.#ticks++;
    this.light(this.isLit(this.#options.pairing.state));
  }

  private isLit(state: PairingState): boolean {
    switch (state) {
      case "none":
        return false;
      case "waiting":
        return this.#ticks % 2 === 0;
      case "here":
        return true;
      case "away":
        return this.#ticks % (2 * ticksOfSlow) < ticksOfSlow;
      default:
        return state satisfies never;
    }
  }

  private light(isLit: boolean): void {
    if (isLit === this.#isLit) return;
    this.#isLit = isLit;
    const { output, activeLow } = this.#options;
    output.write(isLit === activeLow ? 0 : 1);
  }
}
