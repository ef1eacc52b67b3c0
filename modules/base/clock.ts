// SPDX-License-Identifier: MIT

/** Two times that must not be mixed: intervals come from `ticks`, time stamps from `now`. */
export interface Clock {
  /** Monotonic ms since the start; never goes back. */
  ticks(): number;
  /** Wall clock, ms since 1970 UTC; undefined until somebody has set it. */
  now(): number | undefined;
  /** Sets the wall clock. */
  set(time: number): void;
}

declare const timer: unique symbol;
/** Handle of a running timer; only its `Timers` can look inside. */
export interface Timer {
  readonly [timer]: true;
}

/** Timers of the host. A callback is never called from inside `set`. */
export interface Timers {
  /** Calls back once after `delay` ms (0 or more). */
  set(callback: () => void, delay: number): Timer;
  /** Calls back every `interval` ms (1 or more) until cleared. */
  repeat(callback: () => void, interval: number): Timer;
  /** Stops a timer; undefined and a finished timer are fine. */
  clear(timer: Timer | undefined): void;
}

/** Random numbers, 0 ≤ x < 1; for jitter, never for keys. */
export type Random = () => number;
