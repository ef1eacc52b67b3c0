// SPDX-License-Identifier: MIT

import SDKTimer from "timer";
import type { Timer, Timers } from "../../modules/base/clock.ts";
import type { Faults } from "./faults.ts";

type Handle = ReturnType<typeof SDKTimer.set>;

/** Longest delay that the SDK's timers take, ms (a signed 32-bit number). */
const maxDelay = 0x7fffffff;

function wholeMilliseconds(delay: number, least: number): number {
  return Math.min(maxDelay, Math.max(least, Math.ceil(delay)));
}

/** Timers of the SDK. An exception in a callback is reported; a repeating timer goes on. */
export class SDKTimers implements Timers {
  readonly #faults: Faults;

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  set(callback: () => void, delay: number): Timer {
    const action = () => this.#faults.run("timer", callback);
    return SDKTimer.set(action, wholeMilliseconds(delay, 0)) as unknown as Timer;
  }

  repeat(callback: () => void, interval: number): Timer {
    const action = () => this.#faults.run("timer", callback);
    return SDKTimer.repeat(action, wholeMilliseconds(interval, 1)) as unknown as Timer;
  }

  clear(timer: Timer | undefined): void {
    if (timer !== undefined) SDKTimer.clear(timer as unknown as Handle);
  }
}
