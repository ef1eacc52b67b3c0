// SPDX-License-Identifier: MIT

import Time from "time";
import type { Clock } from "../../modules/base/clock.ts";

/** The clocks of the SDK: its milliseconds since the start, and `Date`. */
export class SDKClock implements Clock {
  #last = Time.ticks;
  #ticks = 0;
  /** What to add to `Date.now()`; undefined until the wall clock is right. */
  #offset: number | undefined;

  /** `isSet`: the wall clock is right already, as on a PC. */
  constructor(options: { readonly isSet: boolean }) {
    if (options.isSet) this.#offset = 0;
  }

  ticks(): number {
    const now = Time.ticks;
    // The SDK counts 32 bits, 49 days, on a board; delta() is right across the overflow. On a PC it
    // takes the wall clock, which may be set back.
    this.#ticks += Math.max(0, Time.delta(this.#last, now));
    this.#last = now;
    return this.#ticks;
  }

  now(): number | undefined {
    return this.#offset === undefined ? undefined : Date.now() + this.#offset;
  }

  set(time: number): void {
    // Whole seconds only, and nothing on a PC; the offset makes up for both. The SDK's modules look at
    // `Date`, so that has to be right as well.
    Time.set(Math.floor(time / 1000));
    this.#offset = time - Date.now();
  }
}
