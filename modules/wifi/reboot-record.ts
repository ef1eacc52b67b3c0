// SPDX-License-Identifier: MIT

import type { KeyValueDomain } from "../ecma-419/key-value.ts";
import { reasonTexts, type WiFiReason } from "./wifi-reason.ts";

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
    this.#write({ count, reason, minutes, isNew: true });
  }

  /** The restart has been told to the user. */
  told(reboots: Reboots): void {
    this.#write({ ...reboots, isNew: false });
  }

  #write({ count, reason, minutes, isNew }: Reboots): void {
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
