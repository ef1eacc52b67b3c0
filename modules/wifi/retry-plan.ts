// SPDX-License-Identifier: MIT

import { backoff } from "../base/backoff.ts";
import type { Clock, Random } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { KeyValueDomain } from "../ecma-419/key-value.ts";
import type { KnownNetworks } from "./known-networks.ts";
import { RebootHistory, type Reboots } from "./reboot-history.ts";
import type { WiFiRebootOptions } from "./wifi-options.ts";
import type { WiFiReason } from "./wifi-state.ts";

export interface RetryPlanOptions {
  readonly known: KnownNetworks;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly store: KeyValueDomain | undefined;
  readonly reboot: WiFiRebootOptions | undefined;
  readonly owner: RetryPlanOwner;
}

/** Who tries again. */
export interface RetryPlanOwner {
  /** The radio is to be closed; it is opened again at the next try. */
  resetRadio(): void;
}

/** What follows a failure: a pause, and from time to time a stronger remedy. */
export class RetryPlan {
  readonly #known: KnownNetworks;
  readonly #clock: Clock;
  readonly #owner: RetryPlanOwner;
  readonly #pause: RetryPause;
  readonly #recovery: Recovery;
  readonly #reboots: RebootHistory | undefined;

  constructor(options: RetryPlanOptions) {
    const { random, store, reboot, log } = options;
    this.#known = options.known;
    this.#clock = options.clock;
    this.#owner = options.owner;
    this.#pause = new RetryPause(random);
    this.#recovery = new Recovery(reboot?.after ?? 0);
    this.#reboots = reboot && new RebootHistory({ store, system: reboot.system, log });
    this.#reboots?.begin();
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#pause.failures;
  }

  /** Resets of the radio since the start. */
  get resets(): number {
    return this.#recovery.resets;
  }

  get reboots(): Reboots | undefined {
    return this.#reboots?.last;
  }

  /** ms since the first failure in the row. */
  get offlineTime(): number {
    return this.#recovery.offlineFor(this.#clock.ticks());
  }

  /** A connection to `SSID` has held. */
  held(SSID: string): void {
    this.#pause.reset();
    this.#recovery.held();
    this.#known.held(SSID);
  }

  /** Counts a failure, with `SSID` where a network was tried or lost; the pause after it, ms. */
  failed(reason: WiFiReason, SSID: string | undefined): number {
    const known = this.#known;
    const now = this.#clock.ticks();
    const delay = this.#pause.next();
    const blocked = needsPerson(reason) ? passwordPause + delay : 0;
    if (SSID !== undefined) known.failed(SSID, now, blocked, weightOf(reason));
    this.recover(reason, now);
    return Math.max(delay, known.pauseAt(now));
  }

  private recover(reason: WiFiReason, now: number): void {
    const offline = this.#recovery.offlineFor(now);
    const step = this.#recovery.failed(reason, now);
    if (step === "reset") this.#owner.resetRadio();
    else if (step === "reboot") this.#reboots?.reboot(reason, offline);
  }
}

/** The first pause is at least this long, ms; the least doubles with each failure up to a cap. */
const firstMinPause = 500;
const maxMinPause = 15_000;
/** What may come on top after the first failure, and at most, ms. */
const firstJitter = 1_000;
const maxJitter = 60_000;
/** A network whose password is wrong, which a person must mend, is left alone for longer, ms. */
export const passwordPause = 30_000;

/** The shortest pause after so many failures in a row (1 for the first), ms. */
export function minPause(failures: number): number {
  return Math.min(maxMinPause, firstMinPause * 2 ** Math.min(failures - 1, 10));
}

/**
 * How long the radio rests before the next try: a least pause that doubles, and on top of it
 * exponential backoff with full jitter, so that boards that lost a network together do not return to
 * it together.
 */
export class RetryPause {
  readonly #random: Random;
  #failures = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts a failure; the pause after it, ms. */
  next(): number {
    const jitter = backoff(this.#failures++, firstJitter, maxJitter, this.#random);
    return minPause(this.#failures) + jitter;
  }

  /** A connection has held: pauses start small again. */
  reset(): void {
    this.#failures = 0;
  }
}

/** Resets of radio and board do not help, and trying again soon does not either. */
function needsPerson(reason: WiFiReason): boolean {
  return reason === "password" || reason === "unprotected";
}

/** A network that is silent has cost minutes, not seconds: it counts as so many failures. */
function weightOf(reason: WiFiReason): number {
  return reason === "silent" ? 3 : 1;
}

/** The next rung of the ladder after a failure. */
export type RecoveryStep = "none" | "reset" | "reboot";

/** The radio is reset after so many failures in a row, and again after as many. */
const failuresPerReset = 8;

function resetsIn(failures: number): number {
  return Math.floor(failures / failuresPerReset);
}

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
    const before = this.#failures;
    if (before === 0) this.#since = now;
    this.#failures = before + weightOf(reason);
    if (needsPerson(reason)) return "none";
    if (this.mayReboot(now)) {
      // Where the host does not start again, it is asked only after the same time.
      this.held();
      return "reboot";
    }
    if (resetsIn(this.#failures) === resetsIn(before)) return "none";
    this.#hasReset = true;
    this.#resets++;
    return "reset";
  }

  /** A connection has held: the ladder begins at the bottom. */
  held(): void {
    this.#failures = 0;
    this.#hasReset = false;
  }

  private mayReboot(now: number): boolean {
    return this.#hasReset && this.#rebootAfter > 0 && now - this.#since >= this.#rebootAfter;
  }
}
