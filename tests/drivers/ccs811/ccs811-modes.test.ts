// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { DriveMode } from "../../../drivers/ccs811/encoding/drive-mode.ts";
import { seededRandom } from "../../support/random.ts";
import { seedCount } from "../../support/seeds.ts";
import { Bench } from "./ccs811-bench.ts";

const minute = 60_000;

test("a faster mode follows at once, without a rest", () => {
  const bench = new Bench();
  const driver = bench.open({ mode: 3 });
  bench.time.advance(5 * minute);
  driver.configure({ mode: 1 });
  bench.time.advance(100);
  assert.equal(bench.chip.driveMode, 1);
  assert.equal(bench.states.includes("idle"), false);
  assert.deepEqual(bench.bus.violations, []);
});

test("a slower mode follows after ten minutes of idling, and the state says when", () => {
  const bench = new Bench();
  const driver = bench.open();
  bench.time.advance(5 * minute);
  driver.configure({ mode: 3 });
  bench.time.advance(100);
  assert.equal(bench.chip.driveMode, 0);
  const { state } = driver;
  assert.equal(state.kind === "idle" && state.nextMode, 3);
  assert.equal(driver.minutesLeft, 10);
  bench.time.advance(10 * minute - 200);
  assert.equal(bench.chip.driveMode, 0);
  bench.time.advance(10_000);
  assert.equal(bench.chip.driveMode, 3);
  assert.equal(driver.state.kind, "warming");
  assert.deepEqual(bench.bus.violations, []);
});

test("a return to the fast mode ends the rest", () => {
  const bench = new Bench();
  const driver = bench.open({ mode: 4 });
  bench.time.advance(minute);
  driver.configure({ mode: 2 });
  bench.time.advance(2 * minute);
  assert.equal(bench.chip.driveMode, 0);
  driver.configure({ mode: 4 });
  bench.time.advance(100);
  assert.equal(bench.chip.driveMode, 4);
  assert.deepEqual(bench.bus.violations, []);
});

test("the rest is kept when the sensor drops out in its middle", () => {
  const bench = new Bench();
  const driver = bench.open();
  bench.time.advance(minute);
  driver.configure({ mode: 2 });
  bench.time.advance(5 * minute);
  bench.chip.brownOut();
  bench.time.advance(4 * minute);
  assert.equal(bench.chip.driveMode, 0);
  bench.time.advance(2 * minute);
  assert.equal(bench.chip.driveMode, 2);
});

test("the rule holds for a sensor that is taken over in a faster mode", () => {
  const bench = new Bench();
  const first = bench.open({ keepRunning: true });
  bench.time.advance(minute);
  first.close();
  const second = bench.open({ mode: 2 });
  bench.time.advance(9 * minute);
  assert.equal(bench.chip.driveMode, 0);
  assert.equal(second.state.kind, "idle");
  bench.time.advance(2 * minute);
  assert.equal(bench.chip.driveMode, 2);
  assert.deepEqual(bench.bus.violations, []);
});

const seeds = seedCount(8);

/** Random calls at random times, with or without trouble on the bus. */
function wander(seed: number, isTroubled: boolean): readonly string[] {
  const random = seededRandom(seed);
  const bench = new Bench({ wired: random() < 0.5, chip: { seed } });
  const driver = bench.open({ mode: Math.floor(random() * 5) as DriveMode });
  for (let i = 0; i < 30; i++) {
    bench.time.advance(Math.floor(random() * random() * 15 * minute));
    driver.configure({ mode: Math.floor(random() * 5) as DriveMode });
    if (!isTroubled) continue;
    const count = Math.floor(random() * 6);
    const delivered = random() < 0.5;
    bench.bus.inject({ kind: "fail", fault: "timeout", delivered, count });
  }
  driver.close();
  return bench.bus.violations;
}

test("no sequence of configure calls breaks the rule of ten minutes", () => {
  for (let seed = 1; seed <= seeds; seed++) {
    assert.deepEqual(wander(seed, false), [], `seed ${seed}`);
  }
});

test("nor does one with transfers that fail, or only seem to fail", () => {
  for (let seed = 1; seed <= seeds; seed++) {
    const broken = wander(seed, true).filter((text) => text.includes("drive mode"));
    assert.deepEqual(broken, [], `seed ${seed}`);
  }
});
