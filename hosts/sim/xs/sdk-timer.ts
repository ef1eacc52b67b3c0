// SPDX-License-Identifier: MIT

import type { Timer } from "../../../modules/base/clock.ts";
import { SimTimers } from "./clock.ts";
import { link } from "./machine-link.ts";

const timers = new SimTimers();

/** The SDK's module `timer`: for code that was written for the SDK. */
export const SDKTimer = Object.freeze({
  /** Once after `interval` ms; with `repeat`, again every `repeat` ms. */
  set(callback: () => void, interval = 0, repeat?: number): Timer {
    return repeat === undefined ? timers.set(callback, interval) : timers.repeat(callback, repeat);
  },
  repeat(callback: () => void, interval: number): Timer {
    return timers.repeat(callback, interval);
  },
  clear(timer: Timer | undefined | null): void {
    timers.clear(timer ?? undefined);
  },
});

/** The SDK's module `time`, as far as a clock is needed. */
export const SDKTime = Object.freeze({
  /** Simulated ms, a whole number. */
  get ticks(): number {
    return Math.floor(link.ticks);
  },
});
