// SPDX-License-Identifier: MIT

/** No server can be right that tells a time before this firmware existed: 2026-01-01T00:00:00Z. */
const minTime = 1_767_225_600_000;
/** A clock that has been set is off by less than this, ms; more wants a second opinion. */
export const maxSurprise = 60_000;
/** How well the second opinion must agree with the first, ms. */
const maxDisagreement = 5_000;

/**
 * Decides whether a server's time is to be believed. A single answer cannot turn a clock that has
 * been set by more than a minute: another one must say the same.
 */
export class TimeJudge {
  /** What a surprising answer has told: its time less the ticks. */
  #doubt: number | undefined;

  /**
   * Undefined when the clock may be set to `time`, else the reason. `now`: what the clock shows,
   * undefined when it has not been set; `ticks`: monotonic ms.
   */
  objection(time: number, now: number | undefined, ticks: number): string | undefined {
    if (time < minTime) return "the time is before this firmware was made";
    const doubt = this.#doubt;
    this.#doubt = undefined;
    if (now === undefined || Math.abs(time - now) <= maxSurprise) return undefined;
    if (doubt !== undefined && Math.abs(time - ticks - doubt) <= maxDisagreement) return undefined;
    this.#doubt = time - ticks;
    const seconds = Math.round((time - now) / 1000);
    return `the clock would move by ${seconds} s, which wants a second opinion`;
  }
}
