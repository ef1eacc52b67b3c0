// SPDX-License-Identifier: MIT

import type { WiFiReason } from "./wifi-reason.ts";

/** The next rung of the ladder after a failure. */
export type RecoveryStep = "none" | "reset" | "reboot";

/** The radio is reset after so many failures in a row, and again after as many. */
const failuresPerReset = 8;

/**
 * The ladder that is climbed while the board cannot get online: trying again, resetting the radio,
 * and, where the user allows it, starting the board again.
 */
export class Recovery {
  readonly #rebootAfter: number;
  #failures = 0;
  #since = 0;
  #hasReset = false;
  #resets = 0;

  /** `rebootAfter`: ms without a network before the board is started again; 0: never. */
  constructor(rebootAfter: number) {
    this.#rebootAfter = rebootAfter;
  }

  /** Resets of the radio since the start. */
  get resets(): number {
    return this.#resets;
  }

  /** ms since the first failure in the row. */
  offlineFor(now: number): number {
    return this.#failures === 0 ? 0 : now - this.#since;
  }

  /** Counts a failure and says what to do about it. A wrong password is no fault of the radio. */
  failed(reason: WiFiReason, now: number): RecoveryStep {
    if (this.#failures++ === 0) this.#since = now;
    if (reason === "password") return "none";
    if (this.#mayReboot(now)) {
      // Where the host does not start again, it is asked only after the same time.
      this.held();
      return "reboot";
    }
    if (this.#failures % failuresPerReset !== 0) return "none";
    this.#hasReset = true;
    this.#resets++;
    return "reset";
  }

  /** A connection has held: the ladder begins at the bottom. */
  held(): void {
    this.#failures = 0;
    this.#hasReset = false;
  }

  #mayReboot(now: number): boolean {
    return this.#hasReset && this.#rebootAfter > 0 && now - this.#since >= this.#rebootAfter;
  }
}
