// SPDX-License-Identifier: MIT

/** Idle time, ms, that has to come before a lower sample rate. */
const idleTime = 600_000;
/** By drive mode: a higher number is a higher sample rate. */
const rates: readonly number[] = Object.freeze([0, 3, 2, 1, 4]);

/**
 * Watches the datasheet's rule for drive modes: before a lower sample rate the chip has to stay in
 * mode 0 for ten minutes.
 */
export class CCS811ModeRule {
  #mode = 0;
  #lastActive = 0;
  #idleSince = 0;

  /** Notes the mode written at `now` (ms); returns what was wrong with it. */
  change(mode: number, now: number): string | undefined {
    const before = this.#mode;
    this.#mode = mode;
    if (mode === 0) {
      if (before !== 0) this.#idleSince = now;
      return undefined;
    }
    const last = this.#lastActive;
    this.#lastActive = mode;
    if (rate(mode) >= rate(last)) return undefined;
    if (before !== 0) return `drive mode ${before} to ${mode} without ten minutes in mode 0`;
    const idle = now - this.#idleSince;
    if (idle >= idleTime) return undefined;
    return `drive mode ${last} to ${mode} after ${Math.floor(idle / 1_000)} s in mode 0, not 600`;
  }

  /** The part was without power: what was before does not count. */
  forget(): void {
    this.#mode = 0;
    this.#lastActive = 0;
  }
}

function rate(mode: number): number {
  return rates[mode] ?? 0;
}
