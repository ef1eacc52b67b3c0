// SPDX-License-Identifier: MIT

import { restAfter } from "../refusal-rest.ts";

/** Filters that are remembered. */
const most = 8;
/** So many connections that end at a filter are no accident. */
const enough = 3;

/** What is known of one filter. */
interface FilterRefusal {
  readonly filter: string;
  /** Connections in a row that have ended at it. */
  endings: number;
  /** Times in a row that it was taken for refused. */
  count: number;
  /** Until when it is not asked for; ticks. */
  until: number;
}

/**
 * Filters for which a broker ends the connection, instead of refusing them in SUBACK. Asked for again on
 * each connection, one would let nothing through. After the third connection that has ended at it, a
 * filter is left out for a minute, and after each further one for twice as long.
 */
export class FilterRefusals {
  readonly #list: FilterRefusal[] = [];

  get isEmpty(): boolean {
    return this.#list.length === 0;
  }

  /** A connection has ended at this filter, which was asked for alone. True: it is taken for refused. */
  isEnough(filter: string, now: number): boolean {
    const list = this.#list;
    let refusal = list.find((one) => one.filter === filter);
    if (!refusal) {
      if (list.length === most) list.shift();
      refusal = { filter, endings: 0, count: 0, until: now };
      list.push(refusal);
    }
    if (++refusal.endings < enough) return false;
    refusal.until = now + restAfter(refusal.count++);
    return true;
  }

  /** True while it is not asked for. */
  rests(filter: string, now: number): boolean {
    return this.#list.some((one) => one.filter === filter && now < one.until);
  }

  /** The broker has answered for it. */
  clear(filter: string): void {
    const at = this.#list.findIndex((one) => one.filter === filter);
    if (at >= 0) this.#list.splice(at, 1);
  }
}
