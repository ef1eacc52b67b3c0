// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { BoardNight, bootTime } from "../../../../../hosts/sim/node/board/board-night.ts";
import type { SimClock } from "../../../../../hosts/sim/node/engine/sim-clock.ts";
import type { HostWake } from "../../../../../modules/base/host.ts";
import { FakeTime } from "../../../../support/fake-time.ts";
import { startLoneBoard } from "../../../../support/lone-board.ts";

function build(wakePin?: number) {
  const time = new FakeTime();
  const watched = new Map<number, () => void>();
  const wakes: HostWake[] = [];
  const night = new BoardNight({
    clock: time as unknown as SimClock,
    pins: {
      watch: (_handle, pin, onFall) => watched.set(pin, onFall),
      unwatch: () => watched.clear(),
    },
    duration: 60_000,
    wakePin,
    onWake: (wake) => wakes.push(wake),
  });
  return { time, watched, wakes, night };
}

test("a sleep ends in its time, and the firmware starts when the chip has booted", () => {
  const { time, wakes } = build();
  time.advance(60_000 + bootTime - 1);
  assert.deepEqual(wakes, []);
  time.advance(1);
  assert.deepEqual(wakes, [{ slept: 60_000, boot: bootTime, isByPin: false }]);
  time.advance(600_000);
  assert.equal(wakes.length, 1);
});

test("a pin ends it earlier, once, and a power cut for good", () => {
  const { time, watched, wakes } = build(27);
  time.advance(7_000);
  const fall = watched.get(27);
  fall?.();
  fall?.();
  time.advance(600_000);
  assert.deepEqual(wakes, [{ slept: 7_000, boot: bootTime, isByPin: true }]);
  const cut = build(27);
  const late = cut.watched.get(27);
  cut.night.close();
  late?.();
  cut.time.advance(600_000);
  assert.deepEqual(cut.wakes, []);
  assert.equal(cut.time.pending, 0);
});

test("a simulated board sleeps, wakes by itself with its retained memory, and can be stopped asleep", async (t) => {
  const { board, count, until } = await startLoneBoard(t, { sleep: 1 }, 30);
  await until(() => count(/reading/) > 0);
  board.type("sleep now\n");
  await until(() => count(/asleep for 1 min/) === 1);
  await until(() => count(/airpair \S+ on sim/) === 2);
  await until(() => count(/asleep for 1 min; \d+\.\d\d s: boot 0\.25, sensor/) === 1);
  assert.equal(count(/uncaught|crashed/), 0);
  await new Promise((done) => setTimeout(done, 100));
  await board.stop();
  assert.equal(board.isRunning, false);
});
