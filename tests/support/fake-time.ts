// SPDX-License-Identifier: MIT

import type { Clock, Timer, Timers } from "../../modules/base/clock.ts";

interface Entry {
  due: number;
  readonly order: number;
  readonly interval: number | undefined;
  readonly callback: () => void;
  cleared: boolean;
}

/**
 * Simulated time: a clock and timers that move only when a test says so. Timers due at the same
 * moment are called in the order in which they were set. A heap, so that the timers of a thousand
 * clients cost little more than those of one.
 */
export class FakeTime implements Clock, Timers {
  #ticks = 0;
  #wall: number | undefined;
  #order = 0;
  #pending = 0;
  /** A binary heap: the first is due first. Cleared entries stay until they come up. */
  readonly #heap: Entry[] = [];

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
    const entry = timer as unknown as Entry | undefined;
    if (!entry || entry.cleared) return;
    entry.cleared = true;
    this.#pending--;
  }

  /** Number of timers that are set: what a closed part must have left behind is 0. */
  get pending(): number {
    return this.#pending;
  }

  /** Moves time on by `ms`, calling every timer that falls due, in order. */
  advance(ms: number): void {
    const end = this.#ticks + ms;
    for (let entry = this.#first(); entry && entry.due <= end; entry = this.#first()) {
      this.#fire(entry);
    }
    this.#ticks = end;
  }

  /** Moves to the next timer and calls it; false when there is none. */
  step(): boolean {
    const entry = this.#first();
    if (entry) this.#fire(entry);
    return entry !== undefined;
  }

  #add(callback: () => void, delay: number, interval: number | undefined): Timer {
    const due = this.#ticks + Math.max(0, delay);
    const entry: Entry = { due, order: this.#order++, interval, callback, cleared: false };
    this.#pending++;
    this.#heap.push(entry);
    this.#rise(this.#heap.length - 1);
    return entry as unknown as Timer;
  }

  /** The timer that is due first. */
  #first(): Entry | undefined {
    while (this.#heap[0]?.cleared) this.#removeFirst();
    return this.#heap[0];
  }

  #fire(entry: Entry): void {
    this.#ticks = Math.max(this.#ticks, entry.due);
    if (entry.interval === undefined) {
      this.#removeFirst();
      entry.cleared = true;
      this.#pending--;
    } else {
      entry.due += entry.interval;
      this.#sink(0);
    }
    entry.callback();
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  #sink(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1;
      const child = this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfBefore(child, at)) return;
      at = child;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (!a || !b) return false;
    return a.due < b.due || (a.due === b.due && a.order < b.order);
  }

  #swapIfBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (!a || !b || !this.#isBefore(one, other)) return false;
    this.#heap[one] = b;
    this.#heap[other] = a;
    return true;
  }
}
