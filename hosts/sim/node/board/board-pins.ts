// SPDX-License-Identifier: MIT

import type { CCS811Chip } from "../../../virtual/chips/ccs811.ts";
import type { I2CBus } from "../../../virtual/i2c-bus.ts";
import type { VirtualTimers } from "../../../virtual/virtual-time.ts";

/** GPIO numbers, as on the ESP32 board of the README; nINT of a CCS811 is at one of the free ones. */
const pins = Object.freeze({ data: 21, clock: 22, interrupt: 27 });
const largestPin = 39;

export interface BoardPinsOptions {
  readonly bus: Pick<I2CBus, "SDA" | "clockPulses">;
  readonly timers: VirtualTimers;
  /** The chip whose nINT is wired; undefined: there is none. */
  readonly gas: Pick<CCS811Chip, "nINT" | "wireInterrupt"> | undefined;
}

/** The pins of a simulated board: the two of its I2C bus, nINT, and others with nothing on them. */
export class BoardPins {
  readonly #options: BoardPinsOptions;
  /** Levels that were written. */
  readonly #levels = new Map<number, number>();

  constructor(options: BoardPinsOptions) {
    this.#options = options;
  }

  /** 0 or 1. Throws for a pin that there is not. */
  read(pin: number): number {
    check(pin);
    const { bus, gas } = this.#options;
    if (pin === pins.data) return bus.SDA;
    if (pin === pins.interrupt && gas) return gas.nINT;
    // As with a pull-up.
    return this.#levels.get(pin) ?? 1;
  }

  write(pin: number, level: number): void {
    check(pin);
    const before = this.#levels.get(pin) ?? 1;
    this.#levels.set(pin, level);
    if (pin === pins.clock && before === 0 && level === 1) this.#options.bus.clockPulses(1);
  }

  /** Calls back at each falling edge from outside, until `unwatch`. */
  watch(pin: number, onFall: () => void): void {
    check(pin);
    const { gas, timers } = this.#options;
    if (pin === pins.interrupt) gas?.wireInterrupt({ timers, onInterrupt: onFall });
  }

  unwatch(): void {
    this.#options.gas?.wireInterrupt(undefined);
  }
}

function check(pin: number): void {
  if (pin <= largestPin) return;
  throw new Error(`there is no pin ${pin}`);
}
