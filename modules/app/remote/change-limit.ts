// SPDX-License-Identifier: MIT

import type { Clock } from "../../base/clock.ts";

const hour = 3_600_000;
/** Changes in an hour: all settings a few times over, and flash memory lasts for years of it. */
const maxChanges = 120;

/** Lets so many changes through in an hour: flash memory wears out by writing. */
export class ChangeLimit {
  readonly #clock: Pick<Clock, "ticks">;
  /** When the hour has begun, monotonic ms, and the changes since. */
  #since = 0;
  #changes = 0;

  constructor(clock: Pick<Clock, "ticks">) {
    this.#clock = clock;
  }

  /** True when one more may be made, which it counts. */
  take(): boolean {
    const now = this.#clock.ticks();
    if (now - this.#since >= hour) {
      this.#since = now;
      this.#changes = 0;
    }
    if (this.#changes >= maxChanges) return false;
    this.#changes++;
    return true;
  }
}
