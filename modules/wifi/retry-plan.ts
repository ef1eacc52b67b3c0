// SPDX-License-Identifier: MIT

import type { Clock, Random } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { KnownNetworks } from "./known-networks.ts";
import { RebootKeeper } from "./reboot-history.ts";
import type { Reboots } from "./reboot-record.ts";
import { Recovery } from "./recovery.ts";
import { passwordPause, RetryPause } from "./retry-pause.ts";
import type { WiFiRebootOptions } from "./wifi-options.ts";
import type { WiFiReason } from "./wifi-reason.ts";

export interface RetryPlanOptions {
  readonly known: KnownNetworks;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly reboot: WiFiRebootOptions | undefined;
  /** The radio is to be closed; it is opened again at the next try. */
  readonly onReset: () => void;
}

/** What follows a failure: a pause, and from time to time a stronger remedy. */
export class RetryPlan {
  readonly #options: RetryPlanOptions;
  readonly #pause: RetryPause;
  readonly #recovery: Recovery;
  readonly #reboots: RebootKeeper | undefined;

  constructor(options: RetryPlanOptions) {
    const { random, reboot, log } = options;
    this.#options = options;
    this.#pause = new RetryPause(random);
    this.#recovery = new Recovery(reboot?.after ?? 0);
    this.#reboots = reboot && new RebootKeeper(reboot, log);
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

  /** A connection to `SSID` has held. */
  held(SSID: string): void {
    this.#pause.reset();
    this.#recovery.held();
    this.#options.known.held(SSID);
  }

  /** Counts a failure, with `SSID` where a network was tried or lost; the pause after it, ms. */
  failed(reason: WiFiReason, SSID: string | undefined): number {
    const { known, clock } = this.#options;
    const now = clock.ticks();
    const delay = this.#pause.next();
    const blocked = reason === "password" ? passwordPause + delay : 0;
    if (SSID !== undefined) known.failed(SSID, now, blocked);
    this.#climb(reason, now);
    return Math.max(delay, known.pauseAt(now));
  }

  #climb(reason: WiFiReason, now: number): void {
    const offline = this.#recovery.offlineFor(now);
    const step = this.#recovery.failed(reason, now);
    if (step === "reset") this.#options.onReset();
    else if (step === "reboot") this.#reboots?.reboot(reason, offline);
  }
}
