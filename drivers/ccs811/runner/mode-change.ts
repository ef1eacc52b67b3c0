// SPDX-License-Identifier: MIT

import { modeRefused } from "../ccs811-errors.ts";
import { measurementPeriods } from "../encoding/drive-mode.ts";
import { mailbox, measModeMask } from "../encoding/registers.ts";
import { type ChipContext, DONE, runInTime, warmingSamples } from "./chip-context.ts";

/**
 * Brings a running application to the drive mode that is wanted, by way of ten minutes of idling
 * where the datasheet asks for it. Each step is one bus transaction.
 */
export class ModeChange {
  readonly #context: ChipContext;
  /** What MEAS_MODE was told and has not confirmed. */
  #written: number | undefined;

  constructor(context: ChipContext) {
    this.#context = context;
  }

  begin(): void {
    this.#written = undefined;
  }

  /** Returns ms until the next step, or DONE: the mode is reached, or has to be waited for. */
  step(): number {
    if (this.#written !== undefined) return this.verify(this.#written);
    const { settings, facts, rule, clock } = this.#context;
    const now = clock.ticks();
    const wait = rule.wait(settings.mode, now);
    if (wait === undefined) return this.write(0);
    if (wait > 0) return this.rest(now + wait);
    if (facts.measMode === settings.measMode) return this.reached();
    rule.attempt(settings.mode, now);
    return this.write(settings.measMode);
  }

  private write(value: number): number {
    const { registers, facts, clock } = this.#context;
    // Should this be told as failed, it may have arrived all the same.
    facts.measMode = undefined;
    if (value !== 0) {
      facts.mayMeasure = true;
      facts.modeSince = clock.ticks();
    }
    registers.writeByte(mailbox.measMode, value);
    this.#written = value;
    return 0;
  }

  private verify(written: number): number {
    const { registers, facts, rule, clock } = this.#context;
    const value = registers.readByte(mailbox.measMode) & measModeMask;
    this.#written = undefined;
    if (value !== written) throw modeRefused(written, value);
    const now = clock.ticks();
    if (value === 0) {
      facts.noteRest();
      rule.confirm(0, now);
    } else {
      facts.measMode = value;
      facts.measuringSince ??= now;
    }
    return this.step();
  }

  /** The chip is idle and has to stay so until `until`. */
  private rest(until: number): number {
    const { settings, facts, listener } = this.#context;
    if (facts.measMode !== 0) return this.write(0);
    listener.event({ kind: "idled", nextMode: settings.mode, until });
    return DONE;
  }

  private reached(): number {
    const { facts, listener, clock } = this.#context;
    const { measuringSince } = facts;
    if (facts.mode === 0 || measuringSince === undefined) listener.event({ kind: "idled" });
    else {
      const { takenOver = 0 } = facts;
      const isWarm = takenOver > warmingSamples * measurementPeriods[facts.mode];
      const readyAt = measuringSince + runInTime;
      listener.event({ kind: "measuring", readyAt, isWarm, ticks: clock.ticks() });
    }
    return DONE;
  }
}
