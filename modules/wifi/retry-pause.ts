// SPDX-License-Identifier: MIT

import { Backoff } from "../base/backoff.ts";
import type { Random } from "../base/clock.ts";

/** The first pause is at least this long, ms; the least doubles with each failure up to a cap. */
const firstLeast = 500;
const leastCap = 15_000;
/** A network whose password is wrong, which a person must mend, is left alone for longer, ms. */
export const passwordPause = 30_000;

/** The shortest pause after so many failures in a row (1 for the first), ms. */
export function leastPause(failures: number): number {
  return Math.min(leastCap, firstLeast * 2 ** Math.min(failures - 1, 10));
}

/**
 * How long the radio rests before the next try: a least pause that doubles, and on top of it
 * exponential backoff with full jitter, so that boards that lost a network together do not return to
 * it together.
 */
export class RetryPause {
  readonly #backoff: Backoff;
  #failures = 0;

  constructor(random: Random) {
    this.#backoff = new Backoff({ first: 1_000, cap: 60_000, random });
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts a failure; the pause after it, ms. */
  next(): number {
    const jitter = this.#backoff.delay(this.#failures++);
    return leastPause(this.#failures) + jitter;
  }

  /** A connection has held: pauses start small again. */
  reset(): void {
    this.#failures = 0;
  }
}
