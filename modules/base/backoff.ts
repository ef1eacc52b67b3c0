// SPDX-License-Identifier: MIT

import type { Random } from "./clock.ts";

export interface BackoffOptions {
  /** Upper bound of the first wait, ms; doubled for each further one. */
  readonly first: number;
  /** Upper bound of all waits, ms. */
  readonly cap: number;
  readonly random: Random;
}

/**
 * How long to wait before trying again: exponential with full jitter, that is anything between 0
 * and a bound that doubles, so that many boards that failed together do not come back together.
 */
export class Backoff {
  readonly #first: number;
  readonly #cap: number;
  readonly #random: Random;
  /** Failures after which the bound does not grow any more. */
  readonly largest: number;

  constructor(options: BackoffOptions) {
    this.#first = options.first;
    this.#cap = options.cap;
    this.#random = options.random;
    this.largest = this.failuresFor(options.cap);
  }

  /** After how many failures the bound, were there no cap, reaches so many ms. */
  failuresFor(bound: number): number {
    return Math.max(0, Math.ceil(Math.log2(bound / this.#first)));
  }

  /** The wait after so many failures before this one (0 for the first), ms. */
  delay(failures: number): number {
    return backoff(Math.min(failures, this.largest), this.#first, this.#cap, this.#random);
  }
}

/** The wait after so many failures before this one, for whoever needs no more of a `Backoff`; all in ms. */
export function backoff(failures: number, first: number, cap: number, random: Random): number {
  return Math.floor(random() * Math.min(cap, first * 2 ** failures));
}
