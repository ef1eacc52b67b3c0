// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Timer, Timers } from "../base/clock.ts";
import type { FirmwareSlots } from "../base/firmware-slots.ts";
import type { Log } from "../base/log.ts";

/** Who knows whether the firmware does what it is for. */
export interface TrialWitness {
  /** It has reached what it is set to reach: the broker, or without one the network. */
  readonly isWell: boolean;
  /** Somebody has typed on its console. */
  readonly isUsed: boolean;
}

export interface UpdateTrialOptions {
  readonly slots: Pick<FirmwareSlots, "confirm" | "rollBack" | "version">;
  readonly timers: Timers;
  readonly log: Log;
  readonly witness: TrialWitness;
}

/** Looks so often, ms. */
const interval = 1_000;
/** So long a new firmware may take, ms. */
const longest = 600_000;

/**
 * Watches firmware that runs for the first time: it is confirmed when it has reached its broker, or
 * after ten minutes when somebody uses its console; else the one before comes back.
 */
export class UpdateTrial {
  readonly #options: UpdateTrialOptions;
  readonly #timer: Timer;
  #looks = longest / interval;
  /** The flash memory has not taken the confirmation, which is told once. */
  #isRefused = false;

  constructor(options: UpdateTrialOptions) {
    this.#options = options;
    this.#timer = options.timers.repeat(() => this.look(), interval);
    this.say("info", "trial", "runs on trial: confirmed when the broker is reached");
  }

  private look(): void {
    const { witness, slots, timers } = this.#options;
    this.#looks--;
    const isOver = this.#looks <= 0;
    if (!witness.isWell && !isOver) return;
    if (witness.isWell || witness.isUsed) {
      this.confirm();
      return;
    }
    timers.clear(this.#timer);
    this.say(
      "error",
      "rolled-back",
      "has not reached its broker in 10 min; the one before comes back",
    );
    slots.rollBack();
  }

  /** What fails is tried again with the next look: not confirmed, the next start would go back. */
  private confirm(): void {
    const { slots, timers } = this.#options;
    try {
      slots.confirm();
    } catch (error) {
      if (!this.#isRefused)
        this.say("error", "refused", `cannot be confirmed: ${messageOf(error)}`);
      this.#isRefused = true;
      return;
    }
    timers.clear(this.#timer);
    this.say("info", "confirmed", "is confirmed");
  }

  private say(level: "info" | "error", event: string, text: string): void {
    const { log, slots } = this.#options;
    log({ level, part: "update", event, text: `firmware ${slots.version} ${text}` });
  }
}
