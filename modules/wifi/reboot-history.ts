// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { HostSystem } from "../base/host.ts";
import type { Log } from "../base/log.ts";
import type { KeyValueDomain } from "../ecma-419/key-value.ts";
import { reasonTexts, type WiFiReason } from "./wifi-state.ts";

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

export interface RebootHistoryOptions {
  /** Remembers cause and number over the restart; undefined: nothing does. */
  readonly store: KeyValueDomain | undefined;
  readonly system: Pick<HostSystem, "restart">;
  readonly log: Log;
}

const minute = 60_000;
const key = "reboots";

/** The largest count, so that the text stays short. */
const maxCount = 999_999;

/** Starts the board again, remembering why, and reports it afterwards. */
export class RebootHistory {
  readonly #store: KeyValueDomain | undefined;
  readonly #system: RebootHistoryOptions["system"];
  readonly #log: Log;
  #last: Reboots | undefined;

  constructor(options: RebootHistoryOptions) {
    this.#store = options.store;
    this.#system = options.system;
    this.#log = options.log;
  }

  /** The restarts so far. */
  get last(): Reboots | undefined {
    return this.#last;
  }

  /** Reports the restart that has just been, if there was one. */
  begin(): void {
    this.attempt(() => {
      const last = this.read();
      this.#last = last;
      if (!last?.isNew) return;
      this.warn(rebootText(last));
      this.write({ ...last, isNew: false });
    });
  }

  /** Starts the board again after `offline` ms without a network. */
  reboot(reason: WiFiReason, offline: number): void {
    const minutes = Math.round(offline / minute);
    const why = `no network for ${minutes} min: ${reasonTexts[reason]}`;
    this.warn(`restarting the board: ${why}`);
    this.attempt(() => {
      const count = Math.min(maxCount, (this.read()?.count ?? 0) + 1);
      this.write({ count, reason, minutes, isNew: true });
    });
    this.#system.restart(why);
  }

  /** Undefined when there was none, or what is stored is damaged. */
  private read(): Reboots | undefined {
    const bytes = this.#store?.read(key);
    return bytes && parse(new TextDecoder().decode(bytes));
  }

  private write({ count, reason, minutes, isNew }: Reboots): void {
    const text = `${count} ${reason} ${minutes} ${isNew ? "new" : "told"}`;
    this.#store?.write(key, new TextEncoder().encode(text));
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
