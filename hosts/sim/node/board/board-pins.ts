// SPDX-License-Identifier: MIT

import type { CCS811Chip } from "../../../virtual/chips/ccs811.ts";
import type { I2CBus } from "../../../virtual/i2c-bus.ts";
import type { VirtualTime, VirtualTimer, VirtualTimers } from "../../../virtual/virtual-time.ts";
import { PinWatch } from "./pin-watch.ts";

/** GPIO numbers, as on the ESP32 board of docs/hardware.md; nINT of a CCS811 is at one of the free ones. */
const pins = Object.freeze({ data: 21, clock: 22, interrupt: 27 });
const largestPin = 39;
/** A button is pressed for so long, ms. */
const pressTime = 3_000;

export interface BoardPinsOptions {
  readonly bus: Pick<I2CBus, "SDA" | "clockPulses">;
  readonly time: VirtualTime;
  readonly timers: VirtualTimers;
  /** The chip whose nINT is wired; undefined: there is none. */
  readonly gas: Pick<CCS811Chip, "nINT" | "wireInterrupt"> | undefined;
}

/** An input with a button between it and ground. */
interface ButtonPin {
  readonly pin: number;
  readonly onFall: () => void;
}

/**
 * The pins of a simulated board: the two of its I2C bus, nINT, and others. Where the firmware waits for
 * a falling edge there is a button, and somebody looks at those that it writes to.
 */
export class BoardPins {
  readonly #options: BoardPinsOptions;
  /** Levels that were written. */
  readonly #levels = new Map<number, number>();
  readonly #buttons = new Map<number, ButtonPin>();
  readonly #watch: PinWatch;
  #release: VirtualTimer | undefined;
  /** Told what is seen of the outputs. */
  onSeen: (text: string) => void = () => {};

  constructor(options: BoardPinsOptions) {
    this.#options = options;
    const { time, timers } = options;
    this.#watch = new PinWatch({ time, timers, say: (text) => this.onSeen(text) });
  }

  /** 0 or 1. Throws for a pin that there is not. */
  read(pin: number): number {
    check(pin);
    const { bus, gas } = this.#options;
    if (pin === pins.data) return bus.SDA;
    if (pin === pins.interrupt && gas) return gas.nINT;
    const isPressed = this.#release !== undefined && this.isButton(pin);
    if (isPressed) return 0;
    // As with a pull-up.
    return this.#levels.get(pin) ?? 1;
  }

  write(pin: number, level: number): void {
    check(pin);
    const before = this.#levels.get(pin) ?? 1;
    this.#levels.set(pin, level);
    if (pin === pins.clock && before === 0 && level === 1) this.#options.bus.clockPulses(1);
    if (pin !== pins.clock && pin !== pins.data) this.#watch.written(pin, level);
  }

  /** Calls back at each falling edge from outside, until `unwatch` with that handle. */
  watch(handle: number, pin: number, onFall: () => void): void {
    check(pin);
    const { gas, timers } = this.#options;
    if (pin === pins.interrupt && gas) gas.wireInterrupt({ timers, onInterrupt: onFall });
    else this.#buttons.set(handle, { pin, onFall });
  }

  unwatch(handle: number): void {
    if (!this.#buttons.delete(handle)) this.#options.gas?.wireInterrupt(undefined);
  }

  /** The chip starts anew: it reads and writes no pin. */
  clear(): void {
    this.#options.gas?.wireInterrupt(undefined);
    this.#buttons.clear();
    this.#levels.clear();
    this.#watch.clear();
  }

  /** Whether the firmware waits for a button. */
  get hasButton(): boolean {
    return this.#buttons.size > 0;
  }

  /** Presses the buttons for three seconds. */
  press(): void {
    const { timers } = this.#options;
    const isPressed = this.#release !== undefined;
    timers.clear(this.#release);
    this.#release = timers.set(() => {
      this.#release = undefined;
    }, pressTime);
    if (isPressed) return;
    for (const { onFall } of [...this.#buttons.values()]) onFall();
  }

  private isButton(pin: number): boolean {
    return [...this.#buttons.values()].some((button) => button.pin === pin);
  }
}

function check(pin: number): void {
  if (pin <= largestPin) return;
  throw new Error(`there is no pin ${pin}`);
}
