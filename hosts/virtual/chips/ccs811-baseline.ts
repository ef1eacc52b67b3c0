// SPDX-License-Identifier: MIT

import { hash } from "../noise.ts";

/** ms of measurement before BASELINE can be written and means anything. */
export const ccs811RunIn = 20 * 60_000;

const learningStep = 5 * 60_000;
const learningSteps = 6;
const day = 24 * 3_600_000;

/**
 * The clean-air baseline: a start value during run-in, then one that settles within half an hour
 * and afterwards moves once a day. One for each drive mode.
 */
export class CCS811Baseline {
  readonly #seed: number;
  #restored: { readonly value: number; readonly since: number } | undefined;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Value after `elapsed` ms of measurement in a drive mode. */
  read(mode: number, elapsed: number): number {
    const start = 0x8000 + Math.floor(0x4000 * hash(this.#seed, 100 + mode));
    if (elapsed < ccs811RunIn) return start;
    if (this.#restored) {
      const days = Math.floor((elapsed - this.#restored.since) / day);
      return (this.#restored.value + days) & 0xffff;
    }
    const steps = Math.min(learningSteps, Math.floor((elapsed - ccs811RunIn) / learningStep));
    return (start + 0x11 + 3 * steps + Math.floor(elapsed / day)) & 0xffff;
  }

  /** False when it is too early: the value is dropped. */
  write(value: number, elapsed: number): boolean {
    if (elapsed < ccs811RunIn) return false;
    this.#restored = { value, since: elapsed };
    return true;
  }

  /** A reset or another drive mode: what was written is lost. */
  forget(): void {
    this.#restored = undefined;
  }
}
