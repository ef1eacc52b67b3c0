// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { CCS811Bench, minute, swReset } from "./ccs811-bench.ts";

const hour = 60 * minute;

function baselineAfter(bench: CCS811Bench, ms: number): string {
  bench.time.advance(ms);
  return bench.read(0x11, 2);
}

test("BASELINE shows a start value for 20 minutes, then a learned one that settles", () => {
  const bench = new CCS811Bench().start("10");
  const first = baselineAfter(bench, 0);
  assert.equal(baselineAfter(bench, 20 * minute - 1), first);
  const learned = baselineAfter(bench, 1);
  assert.notEqual(learned, first);
  assert.notEqual(baselineAfter(bench, 10 * minute), learned);
  const settled = baselineAfter(bench, 20 * minute);
  assert.equal(baselineAfter(bench, 6 * hour), settled);
  assert.deepEqual(bench.violations, []);
});

test("a baseline written before 20 minutes is dropped and a violation", () => {
  const bench = new CCS811Bench().start("10");
  const first = baselineAfter(bench, 20 * minute - 1);
  assert.equal(bench.write("11 84 7B"), "ok");
  assert.equal(bench.read(0x11, 2), first);
  assert.equal(bench.read(0x00), "98");
  assert.match(bench.violations.join(), /BASELINE written before 20 minutes/);
});

test("a baseline written after 20 minutes is kept byte for byte for a day", () => {
  const bench = new CCS811Bench().start("10");
  bench.time.advance(20 * minute);
  bench.write("11 84 7B");
  assert.equal(bench.read(0x11, 2), "84 7B");
  assert.equal(baselineAfter(bench, 23 * hour), "84 7B");
  assert.notEqual(baselineAfter(bench, 2 * hour), "84 7B");
  assert.deepEqual(bench.violations, []);
});

test("a reset loses the baseline and starts run-in anew", () => {
  const bench = new CCS811Bench().start("10");
  const first = baselineAfter(bench, minute);
  bench.time.advance(hour);
  bench.write("11 84 7B");
  bench.write(swReset);
  bench.time.advance(2);
  bench.start("10");
  assert.equal(baselineAfter(bench, 19 * minute), first);
  bench.write("11 84 7B");
  assert.equal(bench.violations.length, 1);
});

test("idle ends the run-in", () => {
  const bench = new CCS811Bench().start("10");
  bench.time.advance(30 * minute);
  bench.write("01 00");
  bench.write("01 10");
  bench.write("11 84 7B");
  assert.equal(bench.violations.length, 1);
});

test("each drive mode and each specimen has its own baseline", () => {
  const bench = new CCS811Bench().start("20");
  const values = new Set([baselineAfter(bench, hour)]);
  bench.write("11 84 7B");
  bench.write("01 10");
  values.add(bench.read(0x11, 2));
  values.add(baselineAfter(new CCS811Bench({ seed: 2 }).start("10"), hour));
  assert.equal(values.size, 3);
  assert.ok(!values.has("84 7B"));
  assert.deepEqual(bench.violations, []);
});

test("BASELINE is two bytes in one write", () => {
  const bench = new CCS811Bench().start("10");
  bench.time.advance(hour);
  const before = bench.read(0x11, 2);
  bench.write("11 84");
  assert.equal(bench.read(0x11, 2), before);
  assert.deepEqual(bench.violations, ["0x5A: 1 bytes to BASELINE, not 2"]);
});
