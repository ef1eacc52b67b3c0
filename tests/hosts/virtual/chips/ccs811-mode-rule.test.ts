// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { CCS811Bench, minute, swReset } from "./ccs811-bench.ts";

/** Number of violations after a list of steps: a mode, or minutes to wait. */
function violationsOf(...steps: readonly string[]): number {
  const bench = new CCS811Bench().start();
  for (const step of steps) {
    if (step.startsWith("mode ")) bench.write(`01 ${step.slice(5)}0`);
    else bench.time.advance(Number(step) * minute);
  }
  return bench.violations.length;
}

test("a higher sample rate needs no wait", () => {
  const modes = ["3", "2", "1", "4"];
  assert.equal(violationsOf(...modes.map((mode) => `mode ${mode}`)), 0);
});

test("every way to a lower sample rate needs ten minutes of idle", () => {
  for (const [from, to] of ["41", "42", "43", "12", "13", "23"].map((pair) => [...pair])) {
    assert.equal(violationsOf(`mode ${from}`, "5", `mode ${to}`), 1, `${from} to ${to}`);
    assert.equal(violationsOf(`mode ${from}`, "mode 0", `mode ${to}`), 1, `${from} to ${to}`);
    assert.equal(violationsOf(`mode ${from}`, "mode 0", "9.99", `mode ${to}`), 1);
    assert.equal(violationsOf(`mode ${from}`, "mode 0", "10", `mode ${to}`), 0);
  }
});

test("from idle back to the same or a higher rate needs no wait", () => {
  assert.equal(violationsOf("mode 1", "mode 0", "1", "mode 1", "mode 0", "mode 4"), 0);
});

test("idle that was interrupted starts anew", () => {
  assert.equal(violationsOf("mode 1", "mode 0", "6", "mode 1", "mode 0", "6", "mode 3"), 1);
});

test("the first mode is free", () => {
  for (const mode of ["1", "2", "3", "4"]) assert.equal(violationsOf(`mode ${mode}`), 0);
});

test("a reset by the controller does not shorten the wait and counts as idle", () => {
  for (const minutes of [1, 10]) {
    const bench = new CCS811Bench().start("10");
    bench.time.advance(minute);
    bench.write(swReset);
    bench.time.advance(2);
    bench.time.advance(minutes * minute);
    bench.start("30");
    assert.equal(bench.violations.length, minutes < 10 ? 1 : 0);
  }
});

test("after the power was gone the rule starts anew", () => {
  const bench = new CCS811Bench().start("10");
  bench.chip.power.isOn = false;
  bench.chip.power.isOn = true;
  bench.time.advance(20);
  bench.start("30");
  assert.deepEqual(bench.violations, []);
});

test("the violation says what was done", () => {
  const bench = new CCS811Bench().start("10");
  bench.write("01 30");
  bench.write("01 00");
  bench.write("01 10");
  bench.write("01 00");
  bench.time.advance(30_000);
  bench.write("01 20");
  assert.deepEqual(bench.violations, [
    "0x5A: drive mode 1 to 3 without ten minutes in mode 0",
    "0x5A: drive mode 1 to 2 after 30 s in mode 0, not 600",
  ]);
});
