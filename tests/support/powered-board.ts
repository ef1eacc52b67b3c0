// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../../modules/base/clock.ts";
import { MemoryKeyValue } from "./memory-key-value.ts";
import type { SessionBench } from "./session-bench.ts";

/** A store that cuts the power instead of carrying out the write or delete with this number. */
export class CuttingStore extends MemoryKeyValue {
  /** Number of the write at which the power goes; 0 is the first. */
  cutAt = Number.POSITIVE_INFINITY;
  onCut: () => void = () => {};

  override write(key: string, value: Uint8Array): void {
    this.#check();
    super.write(key, value);
  }

  override delete(key: string): void {
    this.#check();
    super.delete(key);
  }

  #check(): void {
    if (this.writes < this.cutAt) return;
    this.onCut();
    throw new Error("no power");
  }
}

/** Timers of one life of a board: they end with its power. */
export class PoweredTimers implements Timers {
  readonly #timers: Timers;
  readonly #own = new Set<Timer>();
  isOn = true;

  constructor(bench: Pick<SessionBench, "time">) {
    this.#timers = bench.time;
  }

  set(callback: () => void, delay: number): Timer {
    const timer = this.#timers.set(() => {
      this.#own.delete(timer);
      if (this.isOn) callback();
    }, delay);
    this.#own.add(timer);
    return timer;
  }

  repeat(callback: () => void, interval: number): Timer {
    const timer = this.#timers.repeat(() => {
      if (this.isOn) callback();
    }, interval);
    this.#own.add(timer);
    return timer;
  }

  clear(timer: Timer | undefined): void {
    this.#timers.clear(timer);
    if (timer) this.#own.delete(timer);
  }

  /** The power goes. */
  cut(): void {
    this.isOn = false;
    for (const timer of this.#own) this.#timers.clear(timer);
  }
}
