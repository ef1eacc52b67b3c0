// SPDX-License-Identifier: MIT

import type { Clock, Timer, Timers } from "../../modules/base/clock.ts";

interface Entry {
  due: number;
  readonly order: number;
  readonly interval: number | undefined;
  readonly callback: () => void;
}

/**
 * Simulated time: a clock and timers that move only when a test says so. Timers due at the same
 * moment are called in the order in which they were set.
 */
export class FakeTime implements Clock, Timers {
  #ticks = 0;
  #wall: number | undefined;
  #order = 0;
  readonly #entries = new Set<Entry>();

  ticks(): number {
    return this.#ticks;
  }

  now(): number | undefined {
    return this.#wall === undefined ? undefined : this.#wall + this.#ticks;
  }

  set(time: number): void;
  set(callback: () => void, delay: number): Timer;
  set(first: number | (() => void), delay = 0): Timer | undefined {
    if (typeof first === "number") {
      this.#wall = first - this.#ticks;
      return undefined;
    }
    return this.#add(first, delay, undefined);
  }

  repeat(callback: () => void, interval: number): Timer {
    return this.#add(callback, interval, Math.max(1, interval));
  }

  clear(timer: Timer | undefined): void {
    if (timer) this.#entries.delete(timer as unknown as Entry);
  }

  /** Number of timers that are set: what a closed part must have left behind is 0. */
  get pending(): number {
    return this.#entries.size;
  }

  /** Moves time on by `ms`, calling every timer that falls due, in order. */
  advance(ms: number): void {
    const end = this.#ticks + ms;
    for (let entry = this.#next(end); entry; entry = this.#next(end)) this.#fire(entry);
    this.#ticks = end;
  }

  /** Moves to the next timer and calls it; false when there is none. */
  step(): boolean {
    const entry = this.#next(Number.POSITIVE_INFINITY);
    if (entry) this.#fire(entry);
    return entry !== undefined;
  }

  #add(callback: () => void, delay: number, interval: number | undefined): Timer {
    const due = this.#ticks + Math.max(0, delay);
    const entry: Entry = { due, order: this.#order++, interval, callback };
    this.#entries.add(entry);
    return entry as unknown as Timer;
  }

  #next(end: number): Entry | undefined {
    let next: Entry | undefined;
    for (const entry of this.#entries) {
      if (entry.due > end) continue;
      if (!next || entry.due < next.due || (entry.due === next.due && entry.order < next.order)) {
        next = entry;
      }
    }
    return next;
  }

  #fire(entry: Entry): void {
    this.#ticks = Math.max(this.#ticks, entry.due);
    if (entry.interval === undefined) this.#entries.delete(entry);
    else entry.due += entry.interval;
    entry.callback();
  }
}
