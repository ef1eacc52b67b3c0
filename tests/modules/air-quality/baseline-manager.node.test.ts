// SPDX-License-Identifier: MIT

// Many samples and months of keeping a baseline, which take XS minutes; hours and days are in baseline-manager.test.ts.

import assert from "node:assert/strict";
import test from "node:test";
import { Board, check48Hours, day, hour, minute, wall } from "./baseline-board.ts";

test("48 hours with a sample every second: conditioned, learned, saved, restored after run-in", () => {
  check48Hours(1);
});

test("saves daily during the first 500 hours of measuring and every six days then", () => {
  const board = new Board({ time: wall });
  const saved: number[] = [];
  for (let days = 1; days <= 60; days++) {
    board.bench.time.advance(day);
    saved.push(board.manager.writes);
  }
  // One after an hour, then 21 daily ones until 505 h, then one each 144 h.
  assert.equal(saved[19], 20);
  assert.equal(saved[22], 22);
  assert.equal(saved[26], 22);
  assert.equal(saved[27], 23);
  assert.equal(saved[59], 28);
  assert.equal(board.store.writes, 28);
  assert.equal(board.manager.record?.writes, 28);
});

test("the hours count over power cycles, so that an old sensor is not taken for a young one", () => {
  let board = new Board({ time: wall });
  for (let life = 1; life <= 12; life++) {
    board.bench.time.advance(3 * day);
    board = board.powerCycle(hour);
  }
  board.bench.time.advance(25 * minute);
  assert.ok((board.manager.record?.minutes ?? 0) > 500 * 60);
  const before = board.manager.record?.writes ?? 0;
  board.bench.time.advance(4 * day);
  assert.ok((board.manager.record?.writes ?? 0) <= before + 1);
});

test("a board that is switched off every evening keeps its baseline young", () => {
  let board = new Board({ time: wall });
  for (let days = 1; days <= 40; days++) {
    board.bench.time.advance(8 * hour);
    if (days > 1) assert.equal(board.kinds[0], "restored", `day ${days}`);
    board = board.powerCycle(16 * hour);
  }
  board.bench.time.advance(30 * minute);
  const { record } = board.manager;
  assert.ok((record?.writes ?? 0) >= 30 && (record?.writes ?? 0) <= 40, `${record?.writes}`);
});
