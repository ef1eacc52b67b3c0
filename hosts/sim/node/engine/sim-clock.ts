// SPDX-License-Identifier: MIT

/** Longest delay that `setTimeout` takes, ms. */
const longestTimeout = 0x7fffffff;
/** A board that is further behind, in ms of the PC, does not catch up: its time loses the rest. */
const longestLag = 1_000;

/** A timer of the simulated world. */
export interface SimTimer {
  readonly due: number;
  readonly callback: () => void;
  isCleared: boolean;
}

export interface SimClockOptions {
  /** How much faster than the PC's time, 0.1–1000. */
  readonly speed: number;
  /** Monotonic ms of the PC; tests give their own. */
  readonly ticks?: () => number;
}

/**
 * The simulated time of one board. It starts at 0 with the first turn, runs `speed` times as fast
 * as the PC's, and stands still during a turn. It never passes a timer that has not been called:
 * each is called at exactly the time it was set for, however busy the PC is, so that what depends
 * on timers alone repeats exactly.
 */
export class SimClock {
  readonly #speed: number;
  readonly #ticks: () => number;
  readonly #startWall = Date.now();
  /** By due time; those for the same time in the order in which they were set. */
  readonly #timers: SimTimer[] = [];
  /** When simulated time was 0, in ticks of the PC; undefined before the first turn has ended. */
  #start: number | undefined;
  #now = 0;
  /** In a turn. */
  #isHeld = false;
  /** In the callbacks of timers. */
  #isCalling = false;
  #timeout: NodeJS.Timeout | undefined;

  constructor({ speed, ticks = () => performance.now() }: SimClockOptions) {
    this.#speed = speed;
    this.#ticks = ticks;
  }

  /** ms since the start, monotonic. */
  ticks(): number {
    const stands = this.#isHeld || this.#isCalling;
    if (!stands) this.moveTo(Math.min(this.real(), this.#timers[0]?.due ?? Infinity));
    return this.#now;
  }

  /** ms since 1970; the PC's time at the start. */
  now(): number {
    return this.#startWall + this.ticks();
  }

  /** Calls back after `delay` simulated ms, however long that is. */
  set(callback: () => void, delay: number): SimTimer {
    const timer = { due: this.ticks() + Math.max(0, delay), callback, isCleared: false };
    const after = this.#timers.findIndex(({ due }) => due > timer.due);
    this.#timers.splice(after < 0 ? this.#timers.length : after, 0, timer);
    this.arm();
    return timer;
  }

  clear(timer: SimTimer | undefined): void {
    if (!timer) return;
    timer.isCleared = true;
    const index = this.#timers.indexOf(timer);
    if (index >= 0) this.#timers.splice(index, 1);
    this.arm();
  }

  /** A turn begins: time stands still. */
  hold(): void {
    this.ticks();
    this.#isHeld = true;
    this.arm();
  }

  /** Between two turns: goes on to the next timers, if they are due, and calls them. */
  step(): void {
    const due = this.#timers[0]?.due ?? Infinity;
    this.moveTo(Math.min(this.real(), due));
    if (due > this.#now) return;
    this.dropLag();
    const count = this.#timers.findIndex((timer) => timer.due > this.#now);
    this.#isCalling = true;
    for (const timer of this.#timers.splice(0, count < 0 ? this.#timers.length : count)) {
      if (!timer.isCleared) timer.callback();
    }
    this.#isCalling = false;
  }

  /** The last turn has ended: time runs again. */
  release(): void {
    this.#start ??= this.#ticks() - this.#now / this.#speed;
    this.#isHeld = false;
    while (!this.#isHeld && (this.#timers[0]?.due ?? Infinity) <= this.real()) this.step();
    this.arm();
  }

  private real(): number {
    return this.#start === undefined ? 0 : (this.#ticks() - this.#start) * this.#speed;
  }

  private moveTo(time: number): void {
    this.#now = Math.max(this.#now, time);
  }

  private dropLag(): void {
    const lag = (this.real() - this.#now) / this.#speed;
    if (this.#start !== undefined && lag > longestLag) this.#start += lag - longestLag;
  }

  private arm(): void {
    clearTimeout(this.#timeout);
    const due = this.#timers[0]?.due;
    if (due === undefined || this.#isHeld || this.#start === undefined) return;
    const wait = Math.ceil((due - this.real()) / this.#speed);
    this.#timeout = setTimeout(() => this.release(), Math.min(Math.max(0, wait), longestTimeout));
  }
}
