// SPDX-License-Identifier: MIT

import type { Clock, Timer, Timers } from "../../../modules/base/clock.ts";
import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";

/** The simulated clock; its wall time is the PC's at the start, running at simulated speed. */
export class SimClock implements Clock {
  #offset = 0;

  ticks(): number {
    return link.ticks;
  }

  now(): number {
    return link.wall + this.#offset;
  }

  set(time: number): void {
    this.#offset = time - link.wall;
  }
}

interface RunningTimer {
  readonly handle: number;
}

/** Timers kept by the Node side, in simulated time. */
export class SimTimers implements Timers {
  set(callback: () => void, delay: number): Timer {
    const handle = link.open(channels.timer, () => {
      link.close(channels.timer, handle);
      callback();
    });
    return this.start(handle, delay, 0);
  }

  repeat(callback: () => void, interval: number): Timer {
    const handle = link.open(channels.timer, () => callback());
    return this.start(handle, interval, Math.max(1, interval));
  }

  clear(timer: Timer | undefined): void {
    if (!timer) return;
    const { handle } = timer as unknown as RunningTimer;
    link.close(channels.timer, handle);
    link.send(channels.timer, operations.timerClear, handle);
  }

  private start(handle: number, delay: number, interval: number): Timer {
    const payload = new Uint8Array(16);
    const view = new DataView(payload.buffer);
    view.setFloat64(0, Math.max(0, delay));
    view.setFloat64(8, interval);
    link.send(channels.timer, operations.timerSet, handle, payload);
    const running: RunningTimer = { handle };
    return running as unknown as Timer;
  }
}
