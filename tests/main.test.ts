// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { WholeBoard } from "./support/whole-board.ts";

const minute = 60_000;

test("a board saves its baseline, and has it back after a power cycle once run-in is over", () => {
  const board = new WholeBoard({ "log.level": "info" });
  board.powerOn();
  board.time.advance(61 * minute);
  assert.deepEqual(board.eventsOf("ccs811"), [
    "booting",
    "starting",
    "warming",
    "run-in",
    "ready",
    "baseline-saved",
  ]);
  const [saved = ""] = board.ask("ccs811 baseline");
  assert.match(saved, /^baseline: [0-9a-f]{4}, saved 2023-11-14T.*, after 1 h of measuring; 1 wr/);
  board.powerCycle(minute);
  board.time.advance(20 * minute);
  assert.ok(!board.eventsOf("ccs811").includes("baseline-restored"));
  board.time.advance(2 * minute);
  assert.equal(board.eventsOf("ccs811").at(-1), "baseline-restored");
  assert.deepEqual(board.ask("ccs811 baseline forget"), [
    "the stored baselines are forgotten; the next is saved after a day of measuring",
  ]);
  board.powerCycle(minute);
  board.time.advance(25 * minute);
  assert.equal(board.eventsOf("ccs811").at(-1), "ready");
  assert.deepEqual(board.bus.violations, []);
});

test("a board without broker shows a reading each second, and what its gas sensor went through", () => {
  const board = new WholeBoard();
  board.powerOn();
  board.time.advance(minute);
  const readings = board.eventsOf("reading").length;
  assert.ok(readings >= 54 && readings <= 57, `${readings} readings`);
  board.chip.brownOut();
  board.time.advance(minute);
  const [state, versions, samples, faults] = board.ask("ccs811");
  assert.match(state ?? "", /run-in/);
  assert.equal(versions, "mode 1, hardware 0x12, boot loader 1.0.0, firmware 2.0.0");
  assert.match(samples ?? "", /^1\d\d samples, 14 marked$/);
  assert.equal(faults, "0 bus faults, 0 stalls, 1 dropouts");
  assert.deepEqual(board.bus.violations, []);
});
