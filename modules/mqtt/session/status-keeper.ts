// SPDX-License-Identifier: MIT

import type { Clock, Timer, Timers } from "../../base/clock.ts";
import type { OutgoingFacts } from "../publish/outgoing-message.ts";
import type { MqttMessage } from "../subscribe/mqtt-message.ts";

/** Least time between two repetitions, ms; doubled for each further one on a connection. */
const PAUSE = 1_000;
/** It does not grow over this, ms: two boards with one topic must not fight. */
const LONGEST_PAUSE = 60_000;

export interface StatusKeeperOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly birth: OutgoingFacts;
  readonly onRepeat: (birth: OutgoingFacts) => void;
}

/**
 * Keeps the status topic true while we are connected: when the will of the old connection arrives
 * after the birth of the new one, the birth is sent again.
 */
export class StatusKeeper {
  readonly #options: StatusKeeperOptions;
  #repeated = 0;
  #last = Number.NEGATIVE_INFINITY;
  #online = false;
  #timer: Timer | undefined;

  constructor(options: StatusKeeperOptions) {
    this.#options = options;
  }

  connected(): void {
    this.#online = true;
    this.#repeated = 0;
    this.#last = Number.NEGATIVE_INFINITY;
  }

  disconnected(): void {
    this.#online = false;
    this.#forget();
  }

  /** What stands on the status topic. */
  seen(message: MqttMessage): void {
    const { birth, clock, timers } = this.#options;
    if (!this.#online) return;
    if (isSame(message.payload, birth.payload)) this.#forget();
    else if (this.#timer === undefined) {
      const pause = Math.min(LONGEST_PAUSE, PAUSE * 2 ** this.#repeated);
      const wait = this.#last + pause - clock.ticks();
      if (wait > 0) this.#timer = timers.set(() => this.#repeat(), wait);
      else this.#repeat();
    }
  }

  #repeat(): void {
    const { birth, clock, onRepeat } = this.#options;
    this.#forget();
    this.#last = clock.ticks();
    this.#repeated++;
    onRepeat(birth);
  }

  #forget(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
