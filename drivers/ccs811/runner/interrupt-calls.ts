// SPDX-License-Identifier: MIT

/** ms between two looks at the chip because of nINT: a loose wire may call all the time. */
const shortestPause = 25;
/** So many samples in a row that were found without a call: the wire is not there. */
const doubts = 3;

/** How far nINT can be relied on. There is one only where nINT is wired. */
export class InterruptCalls {
  /** Monotonic ms at which the chip is, or was last, looked at because of a call. */
  #due = Number.NEGATIVE_INFINITY;
  #hasCalled = false;
  /** Samples in a row that were found without a call. */
  #missed = 0;
  /** nINT tells of samples; if it does not, the chip is asked as if it were not wired. */
  isTrusted = true;

  /** nINT has called, at `ticks` ms. Returns the ms to wait; undefined: the chip will be looked at. */
  take(ticks: number): number | undefined {
    this.#hasCalled = true;
    if (this.#due > ticks) return undefined;
    this.#due = Math.max(ticks, this.#due + shortestPause);
    return this.#due - ticks;
  }

  /** A sample is there. Returns true when `isTrusted` has changed with it. */
  noteSample(): boolean {
    this.#missed = this.#hasCalled ? 0 : this.#missed + 1;
    this.#hasCalled = false;
    const isTrusted = this.#missed < doubts;
    const hasChanged = isTrusted !== this.isTrusted;
    this.isTrusted = isTrusted;
    return hasChanged;
  }
}
