// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Log } from "../base/log.ts";
import { RebootRecord, type Reboots, rebootText } from "./reboot-record.ts";
import type { WiFiRebootOptions } from "./wifi-options.ts";
import { reasonTexts, type WiFiReason } from "./wifi-reason.ts";

const minute = 60_000;

/** Starts the board again, remembering why, and tells it afterwards. */
export class RebootKeeper {
  readonly #options: WiFiRebootOptions;
  readonly #log: Log;
  readonly #record: RebootRecord;
  #last: Reboots | undefined;

  constructor(options: WiFiRebootOptions, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#record = new RebootRecord(options.store);
  }

  /** The restarts so far. */
  get last(): Reboots | undefined {
    return this.#last;
  }

  /** Tells of the restart that has just been, if there was one. */
  begin(): void {
    this.#attempt(() => {
      const last = this.#record.read();
      this.#last = last;
      if (!last?.isNew) return;
      this.#warn(rebootText(last));
      this.#record.told(last);
    });
  }

  /** Starts the board again after `offline` ms without a network. */
  reboot(reason: WiFiReason, offline: number): void {
    const minutes = Math.round(offline / minute);
    const why = `no network for ${minutes} min: ${reasonTexts[reason]}`;
    this.#warn(`restarting the board: ${why}`);
    this.#attempt(() => this.#record.add(reason, minutes));
    this.#options.restart(why);
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#warn(`restarts cannot be remembered: ${messageOf(error)}`);
    }
  }

  #warn(text: string): void {
    this.#log({ level: "warn", part: "wifi", event: "reboot", text });
  }
}
