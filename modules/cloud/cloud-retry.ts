// SPDX-License-Identifier: MIT

import { backoff } from "../base/backoff.ts";
import type { Random } from "../base/clock.ts";
import { needsPerson } from "../mqtt/connection-error.ts";
import type { RetryPlan } from "../mqtt/session/reconnect.ts";

/** Bounds of what is added to the shortest wait, ms. */
const firstWait = 4_000;
const longestWait = 300_000;
/** The wait, up to twice, for what only a person can mend. */
const refusedWait = 300_000;
/** Waits do not grow any more after so many failures. */
const mostFailures = 10;

/** When a platform is tried again: never sooner than it allows, and rarely when it has said no. */
export class CloudRetry implements RetryPlan {
  readonly #pause: number;
  readonly #random: Random;
  readonly broker = 0;
  readonly startDelay = 0;
  readonly stable = 30_000;
  #failures = 0;
  #isKnown = false;

  /** `pause`: shortest time between two attempts, ms. */
  constructor(pause: number, random: Random) {
    this.#pause = pause;
    this.#random = random;
  }

  get failures(): number {
    return this.#failures;
  }

  get spread(): number {
    return this.#pause;
  }

  /** False for the first: what a platform has kept from an earlier life is not ours. */
  accepted(): boolean {
    const isKnown = this.#isKnown;
    this.#isKnown = true;
    return isKnown;
  }

  failed(code: string): number {
    if (!needsPerson(code)) return this.kicked();
    this.#failures++;
    return refusedWait + Math.floor(this.#random() * refusedWait);
  }

  kicked(): number {
    const before = Math.min(this.#failures++, mostFailures);
    return this.#pause + backoff(before, firstWait, longestWait, this.#random);
  }

  /** A platform ends the connection at a message it does not take, and not every platform says so. */
  ended(): number {
    return this.kicked();
  }

  /**
   * One that was good for a while has led to a `reset` already. One that the platform has ended for its last
   * message is also said to be lost: the next message may fare no better.
   */
  lost(): number {
    if (this.#failures > 0) return this.kicked();
    return this.#pause + Math.floor(this.#random() * this.#pause);
  }

  reset(): void {
    this.#failures = 0;
  }

  /** Another platform starts another session; here nothing is known of it yet. */
  moved(): void {
    this.reset();
    this.#isKnown = false;
  }
}
