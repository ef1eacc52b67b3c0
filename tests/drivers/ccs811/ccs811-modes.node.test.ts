// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { DriveMode } from "../../../drivers/ccs811/encoding/drive-mode.ts";
import { seedCount } from "../../support/seeds.ts";
import { Bench } from "./ccs811-bench.ts";

// The same cases in every run; FC_SEED gives others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

const minute = 60_000;
const runs = seedCount(200);

/** "leave" and "rest": the driver is closed, with the sensor running on or not, and opened again. */
type Action = { readonly mode: DriveMode; readonly wait: number } | "leave" | "rest";

function modes(most: number): fc.Arbitrary<DriveMode> {
  return fc.integer({ min: 0, max: most }) as fc.Arbitrary<DriveMode>;
}

/** A mode to configure, and a wait around nothing, around the ten minutes of the rule, or any. */
function change(most: number): fc.Arbitrary<Action> {
  const wait = fc.oneof(
    fc.integer({ min: 0, max: 2_000 }),
    fc.integer({ min: 10 * minute - 2_000, max: 10 * minute + 2_000 }),
    fc.integer({ min: 0, max: 12 * minute }),
  );
  return fc.record({ mode: modes(most), wait });
}

/** Does all of it; returns how often the sensor had to rest. */
function perform(first: DriveMode, wired: boolean, actions: readonly Action[]): number {
  const bench = new Bench({ wired });
  let driver = bench.open({ mode: first });
  for (const action of actions) {
    if (typeof action === "object") {
      driver.configure({ mode: action.mode });
      bench.time.advance(action.wait);
      continue;
    }
    const { mode } = driver;
    driver.configure({ keepRunning: action === "leave" });
    driver.close();
    driver = bench.open({ mode });
  }
  assert.deepEqual(bench.bus.violations, []);
  bench.time.advance(11 * minute);
  assert.equal(bench.chip.driveMode, driver.mode, "the mode that is wanted is reached");
  assert.deepEqual(bench.bus.violations, []);
  driver.close();
  return bench.states.filter((kind) => kind === "idle").length;
}

function check(most: number, action: fc.Arbitrary<Action>): void {
  let rests = 0;
  const actions = fc.array(action, { minLength: 1, maxLength: 12 });
  const property = fc.property(modes(most), fc.boolean(), actions, (first, wired, list) => {
    rests += perform(first, wired, list);
  });
  fc.assert(property, { numRuns: runs, seed: 811 });
  assert.ok(rests > runs, `only ${rests} rests`);
}

test("no sequence of configure calls breaks the rule of ten minutes", () => {
  check(4, change(4));
});

// Raw data apart: who finds a sensor idle can not know that it measured four times a second.
test("nor does one with closing and opening in between", () => {
  const reopen = fc.constantFrom<Action>("leave", "rest");
  check(3, fc.oneof({ weight: 6, arbitrary: change(3) }, { weight: 1, arbitrary: reopen }));
});
