// SPDX-License-Identifier: MIT

import type { VirtualTimers } from "../virtual-time.ts";

/** ms, 1 µs: what is due by rounding but not yet measured must not be asked for without end. */
const shortest = 0.001;

export interface CCS811InterruptOptions {
  readonly timers: VirtualTimers;
  /** nINT has gone low. */
  readonly onInterrupt: () => void;
  /** Lets the chip measure what is due; true while nINT is low. */
  readonly isLow: () => boolean;
  /** ms until nINT may change by itself; undefined: never. */
  readonly untilNext: () => number | undefined;
}

/** Tells a falling edge of nINT at its own time, without anybody asking the chip. */
export class CCS811Interrupt {
  readonly #options: CCS811InterruptOptions;
  #timer: unknown;
  #wasLow = false;

  constructor(options: CCS811InterruptOptions) {
    this.#options = options;
  }

  /** To be called after whatever may have changed the measurement or the pin. */
  update(): void {
    const { timers, isLow, untilNext } = this.#options;
    if (!isLow()) this.#wasLow = false;
    timers.clear(this.#timer);
    const delay = this.#wasLow ? undefined : isLow() ? 0 : untilNext();
    if (delay === undefined) this.#timer = undefined;
    else this.#timer = timers.set(() => this.look(), Math.max(shortest, delay));
  }

  close(): void {
    this.#options.timers.clear(this.#timer);
  }

  private look(): void {
    if (this.#options.isLow()) {
      this.#wasLow = true;
      this.#options.onInterrupt();
    }
    this.update();
  }
}
