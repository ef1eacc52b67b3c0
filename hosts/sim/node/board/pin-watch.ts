// SPDX-License-Identifier: MIT

import type { VirtualTime, VirtualTimer, VirtualTimers } from "../../../virtual/virtual-time.ts";

/** Changes that follow each other sooner are a blink, ms. */
const quick = 400;
const slow = 1_500;

/** What is seen of one pin. */
interface SeenPin {
  level: number;
  changedAt: number;
  /** What was said of it last. */
  text: string;
  timer: VirtualTimer | undefined;
}

export interface PinWatchOptions {
  readonly time: VirtualTime;
  readonly timers: VirtualTimers;
  /** Somebody looks at the pins, and is told what he sees. */
  readonly say: (text: string) => void;
}

/** Tells what happens at the outputs of a board: high, low, or a blink, each once. */
export class PinWatch {
  readonly #options: PinWatchOptions;
  readonly #pins = new Map<number, SeenPin>();

  constructor(options: PinWatchOptions) {
    this.#options = options;
  }

  /** A level was written; the first of a pin is how it is, and nothing that happens. */
  written(pin: number, level: number): void {
    const now = this.#options.time.ticks();
    const seen = this.#pins.get(pin);
    if (!seen) {
      const text = textOf(level);
      this.#pins.set(pin, { level, changedAt: Number.NEGATIVE_INFINITY, text, timer: undefined });
      return;
    }
    if (seen.level === level) return;
    const pause = now - seen.changedAt;
    seen.level = level;
    seen.changedAt = now;
    const { timers } = this.#options;
    timers.clear(seen.timer);
    seen.timer = undefined;
    if (pause >= slow) {
      this.tell(pin, seen, textOf(level));
      return;
    }
    this.tell(pin, seen, pause < quick ? "blinks quickly" : "blinks slowly");
    seen.timer = timers.set(() => this.tell(pin, seen, textOf(seen.level)), slow);
  }

  /** The board starts anew: nothing is written to its pins. */
  clear(): void {
    for (const { timer } of this.#pins.values()) this.#options.timers.clear(timer);
    this.#pins.clear();
  }

  private tell(pin: number, seen: SeenPin, text: string): void {
    if (seen.text === text) return;
    seen.text = text;
    this.#options.say(`pin ${pin} ${text}`);
  }
}

function textOf(level: number): string {
  return level === 1 ? "is high" : "is low";
}
