// SPDX-License-Identifier: MIT

/** How long some turns of the loop took. */
export interface TurnTimes {
  readonly turns: number;
  /** ms; 0 without turns. */
  readonly mean: number;
  /** ms; 0 without turns. */
  readonly longest: number;
}

/** What those who only look see of a `TurnMeter`. */
export interface TurnTimer {
  /** Since the start. */
  readonly all: TurnTimes;
  /** Since the last call of this, or the start. */
  takeRecent(): TurnTimes;
}

/**
 * Measures how long each turn keeps the loop: a host calls `begin` and `end` around whatever it
 * calls of the firmware. So it happens with every callback, and makes no object.
 */
export class TurnMeter implements TurnTimer {
  readonly #now: () => number;
  #depth = 0;
  #start = 0;
  #turns = 0;
  #total = 0;
  #longest = 0;
  /** Of the turns before the present stretch. */
  #turnsBefore = 0;
  #totalBefore = 0;
  #longestRecent = 0;

  /** `now`: ms; a step back counts as no time. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A callback begins. One inside another belongs to the turn of the outer. */
  begin(): void {
    if (this.#depth++ === 0) this.#start = this.#now();
  }

  /** It has ended. */
  end(): void {
    if (--this.#depth > 0) return;
    const time = Math.max(0, this.#now() - this.#start);
    this.#turns++;
    this.#total += time;
    if (time > this.#longest) this.#longest = time;
    if (time > this.#longestRecent) this.#longestRecent = time;
  }

  get all(): TurnTimes {
    return timesOf(this.#turns, this.#total, this.#longest);
  }

  takeRecent(): TurnTimes {
    const turns = this.#turns - this.#turnsBefore;
    const times = timesOf(turns, this.#total - this.#totalBefore, this.#longestRecent);
    this.#turnsBefore = this.#turns;
    this.#totalBefore = this.#total;
    this.#longestRecent = 0;
    return times;
  }
}

function timesOf(turns: number, total: number, longest: number): TurnTimes {
  return { turns, mean: turns === 0 ? 0 : total / turns, longest };
}
