// SPDX-License-Identifier: MIT

import type { Clock } from "../base/clock.ts";
import type { MqttMessage } from "./mqtt-message.ts";
import type { OutgoingFacts } from "./outgoing-message.ts";

/** At most so many repetitions on one connection: two boards with one topic must not fight. */
const MOST_REPEATED = 5;
/** Least time between repetitions, ms. */
const PAUSE = 1_000;

export interface StatusKeeperOptions {
  readonly clock: Clock;
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

  constructor(options: StatusKeeperOptions) {
    this.#options = options;
  }

  connected(): void {
    this.#online = true;
    this.#repeated = 0;
  }

  disconnected(): void {
    this.#online = false;
  }

  /** What stands on the status topic. */
  seen(message: MqttMessage): void {
    const { birth, clock, onRepeat } = this.#options;
    if (!this.#online || this.#repeated >= MOST_REPEATED) return;
    if (isSame(message.payload, birth.payload)) return;
    const now = clock.ticks();
    if (now - this.#last < PAUSE) return;
    this.#last = now;
    this.#repeated++;
    onRepeat(birth);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
