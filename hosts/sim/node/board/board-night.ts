// SPDX-License-Identifier: MIT

import type { HostWake } from "../../../../modules/base/host.ts";
import type { SimClock, SimTimer } from "../engine/sim-clock.ts";

/** As on an ESP32: from the end of the sleep until the firmware has started, ms. */
export const bootTime = 250;

/** Tells when an input falls. */
export interface NightPins {
  watch(handle: number, pin: number, onFall: () => void): void;
  unwatch(handle: number): void;
}

export interface BoardNightOptions {
  readonly clock: Pick<SimClock, "set" | "clear" | "ticks">;
  readonly pins: NightPins;
  /** ms. */
  readonly duration: number;
  readonly wakePin: number | undefined;
  /** The firmware is to start. */
  readonly onWake: (wake: HostWake) => void;
}

/** Of a pin that no firmware watches: theirs begin with 1. */
const handle = 0;

/** One sleep of a board: from its beginning until the firmware starts again. */
export class BoardNight {
  readonly #options: BoardNightOptions;
  readonly #begin: number;
  #timer: SimTimer | undefined;
  #isOver = false;

  constructor(options: BoardNightOptions) {
    const { clock, pins, duration, wakePin } = options;
    this.#options = options;
    this.#begin = clock.ticks();
    this.#timer = clock.set(() => this.end(false), duration);
    if (wakePin !== undefined) pins.watch(handle, wakePin, () => this.end(true));
  }

  /** It ends without a start, as with a power cut. */
  close(): void {
    const { clock, pins } = this.#options;
    this.#isOver = true;
    clock.clear(this.#timer);
    pins.unwatch(handle);
  }

  private end(isByPin: boolean): void {
    if (this.#isOver) return;
    this.close();
    const { clock, onWake } = this.#options;
    const slept = clock.ticks() - this.#begin;
    this.#timer = clock.set(() => onWake({ slept, boot: bootTime, isByPin }), bootTime);
  }
}
