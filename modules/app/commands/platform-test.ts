// SPDX-License-Identifier: MIT

import type { Clock, Timer, Timers } from "../../base/clock.ts";
import type { Delivered } from "../../cloud/carrier.ts";
import type { Platform } from "../../cloud/platform.ts";
import type { Profile } from "../../cloud/profile.ts";
import type { Sample } from "../../cloud/sample.ts";
import type { LongCommand, Reply } from "../../console/running-command.ts";

export interface PlatformTestOptions {
  readonly platform: Platform;
  readonly profile: Profile;
  readonly last: { readonly sample: Sample; readonly time: number | undefined };
  readonly host: { readonly clock: Clock; readonly timers: Timers };
}

/** How long a connection, or the platform's next turn, is waited for, and how often it is looked at; ms. */
const longestWait = 60_000;
const period = 500;

/** Sends a reading, and shows what went out and what came of it. */
export class PlatformTest implements LongCommand {
  readonly limit = longestWait + 60_000;
  readonly text: string;
  readonly #options: PlatformTestOptions;
  #reply: Reply | undefined;
  #timer: Timer | undefined;
  #began = 0;

  constructor(options: PlatformTestOptions) {
    const { platform, last } = options;
    this.#options = options;
    this.text = platform.preview(last.sample, last.time).join("\n");
  }

  start(reply: Reply): void {
    const { clock, timers } = this.#options.host;
    this.#reply = reply;
    this.#began = clock.ticks();
    this.#timer = timers.repeat(() => this.attempt(), period);
  }

  stop(): void {
    this.#options.host.timers.clear(this.#timer);
    this.#timer = undefined;
  }

  private attempt(): void {
    const { platform, last, host } = this.#options;
    if (this.#timer === undefined) return;
    const elapsed = host.clock.ticks() - this.#began;
    const why = platform.isOnline
      ? platform.test(last.sample, last.time, (delivered) => this.ended(delivered))
      : platform.linkText;
    if (why === undefined) {
      this.stop();
      this.#began = host.clock.ticks();
    } else if (elapsed >= longestWait) {
      this.stop();
      this.#reply?.fail(why);
    } else if (elapsed < period * 1.5) this.#reply?.add(why);
  }

  private ended({ ok, text }: Delivered): void {
    const time = Math.round(this.#options.host.clock.ticks() - this.#began);
    if (!ok) {
      this.#reply?.fail(text);
      return;
    }
    this.#reply?.add(`after ${time} ms: ${text}`);
    this.#reply?.end();
  }
}
