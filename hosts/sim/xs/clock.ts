// SPDX-License-Identifier: MIT

import type { Clock, Timer, Timers } from "../../../modules/base/clock.ts";
import { channels, operations } from "../protocol.ts";
import type { Link } from "./link.ts";

/** The simulated clock; its wall time is the PC's at the start, running at simulated speed. */
export class SimClock implements Clock {
  readonly #link: Link;
  #offset = 0;

  constructor(link: Link) {
    this.#link = link;
  }

  ticks(): number {
    return this.#link.ticks;
  }

  now(): number {
    return this.#link.wall + this.#offset;
  }

  set(time: number): void {
    this.#offset = time - this.#link.wall;
  }
}

interface RunningTimer {
  readonly handle: number;
}

/** Timers kept by the Node side, in simulated time. */
export class SimTimers implements Timers {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  set(callback: () => void, delay: number): Timer {
    const handle = this.#link.open(channels.timer, () => {
      this.#link.close(channels.timer, handle);
      callback();
    });
    return this.#start(handle, delay, 0);
  }

  repeat(callback: () => void, interval: number): Timer {
    const handle = this.#link.open(channels.timer, () => callback());
    return this.#start(handle, interval, Math.max(1, interval));
  }

  clear(timer: Timer | undefined): void {
    if (!timer) return;
    const { handle } = timer as unknown as RunningTimer;
    this.#link.close(channels.timer, handle);
    this.#link.send(channels.timer, operations.timerClear, handle);
  }

  #start(handle: number, delay: number, interval: number): Timer {
    const payload = new Uint8Array(16);
    const view = new DataView(payload.buffer);
    view.setFloat64(0, Math.max(0, delay));
    view.setFloat64(8, interval);
    this.#link.send(channels.timer, operations.timerSet, handle, payload);
    const running: RunningTimer = { handle };
    return running as unknown as Timer;
  }
}
