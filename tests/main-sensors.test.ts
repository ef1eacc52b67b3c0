// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Air } from "../hosts/virtual/air.ts";
import { BME280Chip } from "../hosts/virtual/chips/bme280.ts";
import { WholeBoard } from "./support/whole-board.ts";

/** Readings in the next `ms`. */
function readingsIn(board: WholeBoard, ms: number): string[] {
  const before = board.events.length;
  board.time.advance(ms);
  const since = board.events.slice(before);
  return since.filter(({ event }) => event === "reading").map(({ text = "" }) => text);
}

function withClimate(board: WholeBoard): BME280Chip {
  const chip = new BME280Chip({ time: board.time, air: new Air({ seed: 1 }) });
  board.bus.attach(chip);
  return chip;
}

test("a data line that is held while the board runs costs seconds of readings, not hours", () => {
  for (let clocks = 1; clocks <= 9; clocks += 2) {
    const board = new WholeBoard();
    withClimate(board);
    board.powerOn();
    board.time.advance(120_000);
    board.bus.stickSDA(clocks);
    board.time.advance(20_000);
    assert.ok(readingsIn(board, 60_000).length >= 55, `${clocks} clocks`);
    assert.deepEqual(board.eventsOf("i2c"), ["scan", "cleared"]);
    assert.match(readingsIn(board, 2_000).at(-1) ?? "", /co2 .* P .* RH /);
  }
});

test("a gas sensor that is plugged in at its other address after an hour is found there", () => {
  for (const address of [0x5a, 0x5b] as const) {
    const board = new WholeBoard({}, { address });
    board.bus.detach(board.chip);
    board.powerOn();
    board.time.advance(3_600_000);
    board.bus.attach(board.chip);
    board.chip.power.isOn = false;
    board.chip.power.isOn = true;
    board.time.advance(120_000);
    assert.match(board.ask("ccs811").join("\n"), /run-in|warming/);
    assert.match(board.ask("i2c scan").join("\n"), /scan/);
    board.time.advance(1_000);
    const scan = board.events.findLast(({ event }) => event === "answer")?.text;
    assert.equal(scan, `0x${address.toString(16)} CCS811`);
    assert.deepEqual(board.bus.violations, []);
  }
});

test("a gas sensor beside another chip at its usual address is found at the other one", () => {
  const board = new WholeBoard({}, { address: 0x5b });
  // An infrared thermometer: it answers at 0x5A, and gives what it likes.
  board.bus.attach({ address: 0x5a, write: () => true, read: (n) => new Uint8Array(n).fill(0x3a) });
  board.powerOn();
  board.time.advance(120_000);
  assert.match(board.ask("ccs811").join("\n"), /run-in|warming/);
});

test("a climate sensor that was disturbed when the board started is there a moment later", () => {
  for (const fault of [
    { kind: "fail", fault: "nack-address" },
    { kind: "corrupt", xor: "ones" },
  ] as const) {
    const board = new WholeBoard();
    withClimate(board);
    board.bus.inject({ ...fault, address: 0x76, count: 2 });
    board.powerOn();
    board.time.advance(60_000);
    assert.match(readingsIn(board, 2_000).at(-1) ?? "", / P .* RH /, fault.kind);
  }
});

test("a climate sensor that is plugged in later joins the readings, and may go and come again", () => {
  const board = new WholeBoard();
  board.powerOn();
  board.time.advance(300_000);
  assert.doesNotMatch(readingsIn(board, 2_000).at(-1) ?? "", / RH /);
  const chip = withClimate(board);
  board.time.advance(60_000);
  assert.match(readingsIn(board, 2_000).at(-1) ?? "", / P .* RH /);
  board.bus.detach(chip);
  board.time.advance(120_000);
  assert.doesNotMatch(readingsIn(board, 2_000).at(-1) ?? "", / RH /);
  board.bus.attach(chip);
  chip.reset();
  board.time.advance(60_000);
  assert.match(readingsIn(board, 2_000).at(-1) ?? "", / P .* RH /);
  assert.deepEqual(board.bus.violations, []);
});
