// SPDX-License-Identifier: MIT

/** Each step of the count is so much longer than the one before. */
const step = 1.02;
/** What is shorter is in the first step, ms. */
const shortest = 0.1;

/** Counts delays in steps of two percent, so that any number of them takes the same room. */
export class Delays {
  readonly #steps = new Map<number, number>();
  #count = 0;
  #longest = 0;

  /** `delay`: ms. */
  add(delay: number): void {
    const at = Math.ceil(Math.log(Math.max(delay, shortest) / shortest) / Math.log(step));
    this.#steps.set(at, (this.#steps.get(at) ?? 0) + 1);
    this.#count++;
    this.#longest = Math.max(this.#longest, delay);
  }

  /** ms; undefined: there was none. */
  get longest(): number | undefined {
    return this.#count === 0 ? undefined : this.#longest;
  }

  /** What `part` (0–1) of them do not exceed, ms, two percent too long at most; undefined: there was none. */
  within(part: number): number | undefined {
    let left = Math.max(1, Math.ceil(this.#count * part));
    for (const at of [...this.#steps.keys()].sort((a, b) => a - b)) {
      left -= this.#steps.get(at) ?? 0;
      if (left <= 0) return Math.min(shortest * step ** at, this.#longest);
    }
    return undefined;
  }
}
