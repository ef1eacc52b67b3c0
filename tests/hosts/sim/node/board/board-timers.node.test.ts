// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { BoardTimers } from "../../../../../hosts/sim/node/board/board-timers.ts";
import { SimClock } from "../../../../../hosts/sim/node/engine/sim-clock.ts";
import type { TurnLoop } from "../../../../../hosts/sim/node/engine/turn-loop.ts";
import { operations } from "../../../../../hosts/sim/protocol.ts";

/** Timers on a PC whose time is set by hand; `fired` has the simulated times. */
function rig() {
  const pc = { ticks: 0 };
  const clock = new SimClock({ speed: 1, ticks: () => pc.ticks });
  const fired: number[] = [];
  let onFired = () => {};
  const loop = {
    post: () => {
      fired.push(clock.ticks());
      onFired();
    },
  };
  const timers = new BoardTimers(clock, loop as unknown as TurnLoop);
  const set = (delay: number, interval = 0) => {
    const payload = new Uint8Array(16);
    const view = new DataView(payload.buffer);
    view.setFloat64(0, delay);
    view.setFloat64(8, interval);
    timers.onFrame(operations.timerSet, 1, payload);
  };
  const run = (ms: number) => {
    pc.ticks += ms;
    clock.hold();
    clock.release();
  };
  clock.release();
  return { clock, timers, fired, set, run, whenFired: (action: () => void) => (onFired = action) };
}

test("a wait of any length ends after whole milliseconds, never early", () => {
  const { timers, fired, set, run } = rig();
  set(1.2);
  run(1.9);
  assert.deepEqual(fired, []);
  run(1);
  assert.deepEqual(fired, [2]);
  timers.close();
});

test("what rounding has left of a wait is not waited for without end", () => {
  const { timers, fired, set, run, whenFired } = rig();
  whenFired(() => set(1e-12));
  set(5);
  run(20);
  assert.ok(fired.length <= 16, `${fired.length} calls`);
  timers.close();
});

test("a repeating timer keeps its rate however late it is", () => {
  const { timers, fired, set, run } = rig();
  set(10, 10);
  run(35);
  assert.deepEqual(fired, [10, 20, 30]);
  timers.close();
});
