// SPDX-License-Identifier: MIT

import type { VirtualTimers } from "./virtual-time.ts";

/** A chip with one data line that answers a start signal with pulses. */
export interface PulseChip {
  /**
   * The line was held low for `startLow` ms. Gives the widths of the answer in µs, low first, or
   * undefined when it is silent.
   */
  answer(startLow: number): Uint16Array | undefined;
}

export interface VirtualPulseSource {
  /** Calls back once, later: the widths, or undefined when nothing answered within 20 ms. */
  capture(startLow: number, callback: (widths: Uint16Array | undefined) => void): void;
  close(): void;
}

export type VirtualPulseSourceConstructor = new (options: {
  readonly pin: number;
}) => VirtualPulseSource;

/** ms after the start signal: of an answer, and of giving up. */
const answerLength = 5;
const answerTimeout = 20;

/** A pulse capture whose instances listen to `chips`, by pin; a pin without a chip is silent. */
export function createPulseSource(options: {
  readonly chips: ReadonlyMap<number, PulseChip>;
  readonly timers: VirtualTimers;
}): VirtualPulseSourceConstructor {
  const { chips, timers } = options;
  const open = new Set<number>();
  return class {
    readonly #pin: number;
    #timer: unknown;
    #closed = false;

    constructor({ pin }: { readonly pin: number }) {
      if (open.has(pin)) throw new Error(`pin ${pin} is already in use`);
      open.add(pin);
      this.#pin = pin;
    }

    capture(startLow: number, callback: (widths: Uint16Array | undefined) => void): void {
      if (this.#closed) throw new Error("the pulse source is closed");
      if (this.#timer !== undefined) throw new Error("a capture is under way");
      const widths = chips.get(this.#pin)?.answer(startLow);
      const ms = startLow + (widths ? answerLength : answerTimeout);
      this.#timer = timers.set(() => {
        this.#timer = undefined;
        callback(widths);
      }, ms);
    }

    close(): void {
      if (this.#closed) return;
      this.#closed = true;
      open.delete(this.#pin);
      timers.clear(this.#timer);
    }
  };
}
