// SPDX-License-Identifier: MIT

import { Backoff } from "../../modules/base/backoff.ts";
import type { Random } from "../../modules/base/clock.ts";
import type { RetryPlan } from "../../modules/mqtt/session/reconnect.ts";

/** For one broker: what all plans have that are compared with the firmware's own. */
abstract class OtherPlan implements RetryPlan {
  readonly broker = 0;
  readonly stable = 30_000;
  readonly startDelay = 0;
  readonly spread = 1_000;
  failures = 0;

  accepted(): boolean {
    return true;
  }

  failed(_code: string): number {
    return this.wait(this.failures++);
  }

  kicked(): number {
    return this.wait(this.failures++);
  }

  ended(_isKnown: boolean): number {
    return this.kicked();
  }

  lost(): number {
    this.reset();
    return this.wait(this.failures);
  }

  reset(): void {
    this.failures = 0;
  }

  moved(): void {
    this.reset();
  }

  /** The wait after so many failures before this one, ms. */
  protected abstract wait(failures: number): number;
}

/** The same wait each time, as most clients have it. */
export class FixedPlan extends OtherPlan {
  readonly #ms: number;

  constructor(ms: number) {
    super();
    this.#ms = ms;
  }

  protected wait(): number {
    return this.#ms;
  }
}

/**
 * What this firmware did before: the first wait after a stable link up to 64 s, then up to 120 s;
 * without a stable link before, 4 s and doubled.
 */
export class FormerPlan extends OtherPlan {
  readonly #backoff: Backoff;
  #isAfterLoss = false;

  constructor(random: Random) {
    super();
    this.#backoff = new Backoff({ first: 4_000, cap: 120_000, random });
  }

  override lost(): number {
    this.reset();
    this.#isAfterLoss = true;
    return this.#backoff.delay(this.#backoff.failuresFor(60_000));
  }

  override reset(): void {
    super.reset();
    this.#isAfterLoss = false;
  }

  protected wait(failures: number): number {
    const rounds = this.#isAfterLoss ? this.#backoff.failuresFor(60_000) + failures + 1 : failures;
    return this.#backoff.delay(rounds);
  }
}
