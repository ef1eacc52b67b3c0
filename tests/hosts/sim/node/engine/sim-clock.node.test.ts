// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { SimClock, type SimTimer } from "../../../../../hosts/sim/node/engine/sim-clock.ts";

/** A clock whose PC does not move by itself; `turn` is a turn of the firmware. */
function rig(speed = 1) {
  const pc = { ticks: 5_000 };
  const clock = new SimClock({ speed, ticks: () => pc.ticks });
  const told: string[] = [];
  const tell = (name: string) => () => told.push(`${name} ${clock.ticks()}`);
  const turn = (body: () => void = () => {}) => {
    clock.hold();
    body();
    clock.release();
  };
  return { pc, clock, told, tell, turn };
}

test("time starts at 0 when the first turn has ended, and runs at its speed", () => {
  const { pc, clock, turn } = rig(10);
  const wall = clock.now();
  pc.ticks += 700;
  assert.equal(clock.ticks(), 0);
  turn(() => {
    pc.ticks += 300;
  });
  assert.equal(clock.ticks(), 0);
  pc.ticks += 5;
  assert.equal(clock.ticks(), 50);
  assert.equal(clock.now(), wall + 50);
});

test("timers of a busy PC are called at exactly their time, in their order", () => {
  const { pc, clock, told, tell, turn } = rig();
  turn(() => {
    clock.set(tell("c"), 300);
    clock.set(tell("a"), 100);
    clock.set(tell("b"), 300);
  });
  pc.ticks += 450;
  assert.equal(clock.ticks(), 100);
  turn();
  assert.deepEqual(told, ["a 100", "c 300", "b 300"]);
  assert.equal(clock.ticks(), 450);
  clock.clear(clock.set(tell("never"), 1e9));
});

test("a timer that is set by a late one counts from the time of that one", () => {
  const { pc, clock, told, tell, turn } = rig();
  turn(() => {
    clock.set(() => clock.set(tell("second"), 20), 30);
  });
  pc.ticks += 500;
  turn();
  assert.deepEqual(told, ["second 50"]);
});

test("time stands still during a turn, and timers wait for its end", () => {
  const { pc, clock, told, tell, turn } = rig();
  turn(() => clock.set(tell("a"), 10));
  pc.ticks += 5;
  turn(() => {
    pc.ticks += 100;
    assert.equal(clock.ticks(), 5);
    assert.deepEqual(told, []);
  });
  assert.deepEqual(told, ["a 10"]);
});

test("between two turns time goes on, to the next timer at the most", () => {
  const { pc, clock, told, tell, turn } = rig();
  turn(() => {
    clock.set(tell("a"), 10);
    clock.set(tell("b"), 20);
  });
  clock.hold();
  pc.ticks += 100;
  clock.step();
  assert.deepEqual(told, ["a 10"]);
  assert.equal(clock.ticks(), 10);
  clock.release();
  assert.deepEqual(told, ["a 10", "b 20"]);
});

test("a timer that another one of the same moment has cleared is not called", () => {
  const { pc, clock, told, tell, turn } = rig();
  turn(() => {
    clock.set(() => clock.clear(second), 10);
    const second = clock.set(tell("second"), 10);
  });
  pc.ticks += 50;
  turn();
  assert.deepEqual(told, []);
});

test("a PC that has slept is not caught up with for more than a second", () => {
  const { pc, clock, turn } = rig();
  let calls = 0;
  const repeat = () => {
    calls++;
    timer = clock.set(repeat, 100);
  };
  let timer = clock.set(repeat, 100);
  turn();
  pc.ticks += 3_600_000;
  turn();
  assert.ok(calls >= 10 && calls <= 12, `${calls} calls`);
  assert.ok(clock.ticks() < 1_300, `${clock.ticks()} ms`);
  clock.clear(timer);
});

test("the PC's own timers wake the clock", async () => {
  const clock = new SimClock({ speed: 10 });
  clock.hold();
  clock.release();
  const late = await new Promise<number>((done) => {
    const timer: SimTimer = clock.set(() => done(clock.ticks() - timer.due), 250);
  });
  assert.equal(late, 0);
});
