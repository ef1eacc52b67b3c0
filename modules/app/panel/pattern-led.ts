// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../../base/clock.ts";
import { frozen } from "../../base/frozen.ts";
import type { LEDPin } from "../../base/pin-text.ts";

/** "quick": twice in a second; "slow": once in two seconds. */
export type LEDPattern = "off" | "quick" | "slow" | "on";

export interface PatternLEDOptions {
  /** A pin, or what takes colours, 0xRRGGBB. */
  readonly output: { write(level: number): void; close(): void };
  readonly led: LEDPin;
  readonly timers: Timers;
  /** What it shows; asked four times in a second. */
  readonly source: { readonly pattern: LEDPattern };
}

/** A quick blink changes each time, ms, and a slow one each fourth time. */
const tickInterval = 250;
const ticksOfSlow = 4;

/** Of an LED that takes them: blue, red and green. */
const colours: Readonly<Record<LEDPattern, number>> = frozen({
  off: 0,
  quick: 0x0000ff,
  slow: 0xff0000,
  on: 0x00ff00,
});

/** An LED that shows what its source has to tell; off at first. */
export class PatternLED {
  readonly #options: PatternLEDOptions;
  readonly #timer: Timer;
  #ticks = 0;
  #level: number | undefined;

  constructor(options: PatternLEDOptions) {
    this.#options = options;
    this.show("off");
    this.#timer = options.timers.repeat(() => this.tick(), tickInterval);
  }

  close(): void {
    const { timers, output } = this.#options;
    timers.clear(this.#timer);
    this.show("off");
    output.close();
  }

  private tick(): void {
    const ticks = ++this.#ticks;
    const { pattern } = this.#options.source;
    const isDark =
      (pattern === "quick" && ticks % 2 === 1) ||
      (pattern === "slow" && ticks % (2 * ticksOfSlow) >= ticksOfSlow);
    this.show(isDark ? "off" : pattern);
  }

  private show(pattern: LEDPattern): void {
    const { led, output } = this.#options;
    const isHigh = (pattern === "off") === led.activeLow;
    const level = led.isRGB ? colours[pattern] : Number(isHigh);
    if (level === this.#level) return;
    this.#level = level;
    output.write(level);
  }
}
