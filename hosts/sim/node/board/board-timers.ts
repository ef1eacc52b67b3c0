// SPDX-License-Identifier: MIT

import { channels, operations } from "../../protocol.ts";
import type { SimClock, SimTimer } from "../engine/sim-clock.ts";
import type { TurnLoop } from "../engine/turn-loop.ts";

/** The timers of one board's firmware, in simulated time. */
export class BoardTimers {
  readonly #clock: SimClock;
  readonly #loop: TurnLoop;
  readonly #timers = new Map<number, SimTimer>();

  constructor(clock: SimClock, loop: TurnLoop) {
    this.#clock = clock;
    this.#loop = loop;
  }

  onFrame(operation: number, handle: number, payload: Uint8Array): void {
    if (operation === operations.timerClear) {
      this.#clock.clear(this.#timers.get(handle));
      this.#timers.delete(handle);
      return;
    }
    const view = new DataView(payload.buffer, payload.byteOffset);
    // Whole milliseconds, as on a board. Time stands still meanwhile, so what is left of a wait by
    // rounding alone must not be waited for without end.
    const delay = Math.ceil(view.getFloat64(0));
    this.set(handle, this.#clock.ticks() + delay, Math.ceil(view.getFloat64(8)));
  }

  close(): void {
    for (const timer of this.#timers.values()) this.#clock.clear(timer);
    this.#timers.clear();
  }

  private set(handle: number, due: number, interval: number): void {
    const fire = () => {
      this.#timers.delete(handle);
      this.#loop.post(channels.timer, operations.timerDue, handle);
      if (interval > 0) this.set(handle, due + interval, interval);
    };
    this.#timers.set(handle, this.#clock.set(fire, due - this.#clock.ticks()));
  }
}
