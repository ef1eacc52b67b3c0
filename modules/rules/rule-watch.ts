// SPDX-License-Identifier: MIT

import { type Rule, type RuleValues, ruleQuantities } from "./rule-text.ts";

/** What a rule is doing. */
export type RuleState =
  /** The value is not beyond the limit, or has gone back. */
  | "waiting"
  /** It is beyond the limit, but not for so long yet. */
  | "pending"
  /** The rule holds. */
  | "active";

/** What a peer has said counts for so long after it was measured, ms. */
export const peerValueTime = 150_000;

/** Looks with each reading whether one rule holds. */
export class RuleWatch {
  readonly rule: Rule;
  /** When the value was first beyond the limit, monotonic ms; undefined: it is not. */
  #since: number | undefined;
  #isActive = false;
  /** When the value was measured that counted last, monotonic ms. */
  #measuredAt = Number.NEGATIVE_INFINITY;
  /** The value that it was last looked at with, in the rule's unit. */
  value: number | undefined;

  constructor(rule: Rule) {
    this.rule = rule;
  }

  get state(): RuleState {
    if (this.#isActive) return "active";
    return this.#since === undefined ? "waiting" : "pending";
  }

  /**
   * Takes the next reading; returns true when the rule has begun or ceased to hold with it. A value
   * that is missing changes nothing that holds, and counts for nothing that is pending.
   */
  take(values: RuleValues): boolean {
    const { quantity, isAbove, limit, end, hold } = this.rule;
    const value = ruleQuantities[quantity].valueIn(values);
    this.value = value;
    if (value === undefined) {
      if (!this.#isActive) this.#since = undefined;
      return false;
    }
    this.#measuredAt = values.ticks;
    if (this.#isActive) {
      // With the end at the limit itself, a value there is not beyond it any more.
      if (isAbove ? value > end : value < end) return false;
      this.#isActive = false;
      this.#since = undefined;
      return true;
    }
    if (isAbove ? value <= limit : value >= limit) {
      this.#since = undefined;
      return false;
    }
    this.#since ??= values.ticks;
    if (values.ticks - this.#since < hold) return false;
    this.#isActive = true;
    return true;
  }
  /**
   * Looks at how old the value of a peer is; returns true when the rule has ceased to hold because of
   * that. One of this board itself does not grow old: sensors that are silent end nothing.
   */
  age(ticks: number): boolean {
    if (this.rule.peer === undefined || ticks - this.#measuredAt < peerValueTime) return false;
    const hasEnded = this.#isActive;
    this.value = undefined;
    this.#since = undefined;
    this.#isActive = false;
    return hasEnded;
  }
}
