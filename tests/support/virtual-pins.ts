// SPDX-License-Identifier: MIT

import type {
  Digital,
  DigitalConstructor,
  DigitalOptions,
} from "../../modules/ecma-419/digital.ts";

/** The pins of a simulated board: who is told what, and an ECMA-419 Digital class on top. */
export class VirtualPins {
  readonly io: DigitalConstructor;
  /** Pins that the chip does not have. */
  readonly missing = new Set<number>();
  readonly #open = new Map<number, DigitalOptions>();
  readonly #writes = new Map<number, (level: number) => void>();
  readonly #levels = new Map<number, () => number>();

  constructor() {
    const pins = this;
    this.io = class implements Digital {
      static readonly Input = 0;
      static readonly InputPullUp = 1;
      static readonly Output = 8;
      static readonly OutputOpenDrain = 9;
      static readonly Rising = 1;
      static readonly Falling = 2;
      readonly #pin: number;

      constructor(options: DigitalOptions) {
        if (pins.missing.has(options.pin)) throw new Error("no such pin");
        if (pins.#open.has(options.pin)) throw new Error(`pin ${options.pin} is in use`);
        pins.#open.set(options.pin, options);
        this.#pin = options.pin;
      }

      read(): number {
        return pins.#levels.get(this.#pin)?.() ?? 1;
      }

      write(value: number): void {
        pins.#writes.get(this.#pin)?.(value);
      }

      close(): void {
        pins.#open.delete(this.#pin);
      }
    };
  }

  /** The chip starts: no pin is in use. */
  release(): void {
    this.#open.clear();
  }

  /** Pins that are in use. */
  get open(): readonly number[] {
    return [...this.#open.keys()];
  }

  onWrite(pin: number, callback: (level: number) => void): void {
    this.#writes.set(pin, callback);
  }

  /** Calls back at each rising edge that is written. */
  onRise(pin: number, callback: () => void): void {
    let before = 1;
    this.#writes.set(pin, (level) => {
      if (before === 0 && level === 1) callback();
      before = level;
    });
  }

  /** What reading the pin gives; 1 otherwise. */
  levelOf(pin: number, level: () => number): void {
    this.#levels.set(pin, level);
  }

  /** A button between the pin and ground is pressed, or released. */
  press(pin: number, isPressed: boolean): void {
    this.levelOf(pin, () => (isPressed ? 0 : 1));
    if (isPressed) this.fall(pin);
  }

  /** The device on the pin has pulled it low. */
  fall(pin: number): void {
    const options = this.#open.get(pin);
    if (options?.edge === this.io.Falling) options.onReadable?.();
  }
}
