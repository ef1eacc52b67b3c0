// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Log } from "../base/log.ts";
import type { KeyValueDomain } from "../ecma-419/key-value.ts";
import type { WiFiRebootOptions } from "./wifi-options.ts";
import { reasonTexts, type WiFiReason } from "./wifi-state.ts";

const minute = 60_000;

/** Starts the board again, remembering why, and tells it afterwards. */
export class RebootHistory {
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
    this.attempt(() => {
      const last = this.#record.read();
      this.#last = last;
      if (!last?.isNew) return;
      this.warn(rebootText(last));
      this.#record.told(last);
    });
  }

  /** Starts the board again after `offline` ms without a network. */
  reboot(reason: WiFiReason, offline: number): void {
    const minutes = Math.round(offline / minute);
    const why = `no network for ${minutes} min: ${reasonTexts[reason]}`;
    this.warn(`restarting the board: ${why}`);
    this.attempt(() => this.#record.add(reason, minutes));
    this.#options.restart(why);
  }

  private attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.warn(`restarts cannot be remembered: ${messageOf(error)}`);
    }
  }

  private warn(text: string): void {
    this.#log({ level: "warn", part: "wifi", event: "reboot", text });
  }
}

/** What is remembered of the restarts that Wi-Fi has caused. */
export interface Reboots {
  readonly count: number;
  /** Of the last one. */
  readonly reason: WiFiReason;
  /** How long the board had been without a network, whole minutes. */
  readonly minutes: number;
  /** The board has just come back from it. */
  readonly isNew: boolean;
}

const key = "reboots";

/** The largest count, so that the text stays short. */
const mostCounted = 999_999;

/** Keeps the cause and the number of restarts over the restart itself. */
export class RebootRecord {
  readonly #store: KeyValueDomain;

  constructor(store: KeyValueDomain) {
    this.#store = store;
  }

  /** Undefined when there was none, or what is stored is damaged. */
  read(): Reboots | undefined {
    const bytes = this.#store.read(key);
    return bytes && parse(new TextDecoder().decode(bytes));
  }

  /** To be called before the restart. Throws what the store throws. */
  add(reason: WiFiReason, minutes: number): void {
    const count = Math.min(mostCounted, (this.read()?.count ?? 0) + 1);
    this.write({ count, reason, minutes, isNew: true });
  }

  /** The restart has been told to the user. */
  told(reboots: Reboots): void {
    this.write({ ...reboots, isNew: false });
  }

  private write({ count, reason, minutes, isNew }: Reboots): void {
    const text = `${count} ${reason} ${minutes} ${isNew ? "new" : "told"}`;
    this.#store.write(key, new TextEncoder().encode(text));
  }
}

function parse(text: string): Reboots | undefined {
  const [counted, reason, lasted, state, more] = text.split(" ");
  const count = Number(counted);
  const minutes = Number(lasted);
  const isReason = Object.keys(reasonTexts).includes(reason ?? "");
  const areNumbers = Number.isInteger(count) && count > 0 && Number.isInteger(minutes);
  const isState = state === "new" || state === "told";
  if (!isReason || !areNumbers || minutes < 0 || !isState || more !== undefined) return undefined;
  return { count, reason: reason as WiFiReason, minutes, isNew: state === "new" };
}

/** One line about the last restart. */
export function rebootText({ count, reason, minutes }: Reboots): string {
  return `restarted after ${minutes} min without a network (${reasonTexts[reason]}); restarts so far: ${count}`;
}
