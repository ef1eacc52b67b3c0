// SPDX-License-Identifier: MIT

/** Longest delay that `setTimeout` takes, ms. */
const longestTimeout = 0x7fffffff;

/** A timer of the simulated world. */
export interface SimTimer {
  timeout: NodeJS.Timeout | undefined;
}

/**
 * Simulated time: runs `speed` times as fast as the PC's. `ticks` starts at 0, `now` at the PC's
 * time.
 */
export class SimClock {
  readonly #speed: number;
  readonly #startTicks = performance.now();
  readonly #startWall = Date.now();

  /** @param speed 0.1–1000 */
  constructor(speed: number) {
    this.#speed = speed;
  }

  /** ms since the start, monotonic. */
  ticks(): number {
    return (performance.now() - this.#startTicks) * this.#speed;
  }

  /** ms since 1970. */
  now(): number {
    return this.#startWall + this.ticks();
  }

  /** Calls back after `delay` simulated ms, however long that is. */
  set(callback: () => void, delay: number): SimTimer {
    const timer: SimTimer = { timeout: undefined };
    this.#arm(timer, callback, this.ticks() + delay);
    return timer;
  }

  clear(timer: SimTimer | undefined): void {
    clearTimeout(timer?.timeout);
  }

  #arm(timer: SimTimer, callback: () => void, due: number): void {
    const wait = (due - this.ticks()) / this.#speed;
    timer.timeout = setTimeout(
      () => (this.ticks() + 0.5 * this.#speed < due ? this.#arm(timer, callback, due) : callback()),
      Math.min(Math.max(0, wait), longestTimeout),
    );
  }
}
