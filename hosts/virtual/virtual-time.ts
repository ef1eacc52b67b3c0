// SPDX-License-Identifier: MIT

/** The time simulated hardware lives in. */
export interface VirtualTime {
  /** Monotonic ms; fractions are allowed. */
  ticks(): number;
}

/** Handle of a running timer; only the timers that made it can look inside. */
export type VirtualTimer = unknown;

/**
 * Timers of that same time, for hardware that acts by itself: an interrupt line, a radio. A
 * callback is never called from inside `set`.
 */
export interface VirtualTimers<T = VirtualTimer> {
  /** Calls back once after `delay` ms. */
  set(callback: () => void, delay: number): T;
  /** Stops a timer; undefined and a finished timer are fine. */
  clear(timer: T | undefined): void;
}
