// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { WholeBoard } from "../../../support/whole-board.ts";

/** A board with these settings, after its start, with an antenna switch or without. */
function start(given: Readonly<Record<string, string>>, antenna?: number): WholeBoard {
  const board = new WholeBoard(given);
  board.pins.missing.add(40);
  board.wiring = {
    reserved: [1, 34],
    ...(antenna !== undefined && { antenna: { pin: antenna } }),
  };
  board.powerOn();
  board.time.advance(10_000);
  return board;
}

function textsOf(board: WholeBoard): string {
  return board.events.map(({ text }) => text).join("\n");
}

test("the settings move the I2C bus, also to where its other line was, and the sensors are found there", () => {
  for (const [data, clock] of [
    ["25", "26"],
    ["22", "21"],
    ["", "26"],
  ] as const) {
    const board = start({ "i2c.sda": data, "i2c.scl": clock });
    assert.match(textsOf(board), /CCS811 found at 0x5A/);
    const where = data === "" ? "21" : data;
    assert.match(board.ask(`on co2 > 1 pin ${where}`).join(), /the I2C bus is there/);
  }
});

test("a pin that the chip cannot give to the bus is said at the start, and the board keeps its own", () => {
  for (const [given, why] of [
    [
      { "i2c.sda": "34" },
      /^i2c\.sda cannot have pin 34: the board itself needs it, or cannot drive it; /m,
    ],
    [{ "i2c.scl": "40" }, /^i2c\.scl cannot have pin 40: no such pin; /m],
    [{ "i2c.scl": "21" }, /^i2c\.scl cannot have pin 21: i2c\.sda has it; /m],
    [{ "i2c.sda": "25", "i2c.scl": "25" }, /^i2c\.scl cannot have pin 25: i2c\.sda has it; /m],
  ] as const) {
    const board = start(given);
    assert.match(textsOf(board), why);
    assert.match(textsOf(board), /; it is not used$/m);
    assert.match(textsOf(board), /CCS811 found at 0x5A/);
  }
});

test("a pin that the bus cannot have is refused where it is set, and its own pins are not", () => {
  const board = start({ "board.led": "2" });
  for (const [line, answer] of [
    [
      "i2c.sda 34",
      /i2c\.sda cannot have pin 34: the board itself needs it, or cannot drive it; kept/,
    ],
    ["i2c.scl 40", /i2c\.scl cannot have pin 40: no such pin; kept as it was/],
    ["i2c.scl 2", /i2c\.scl cannot have pin 2: board\.led has it; kept as it was/],
    ["i2c.sda 49", /i2c\.sda takes the number of a pin, 0 to 48/],
    ["i2c.sda 22", /i2c\.sda = 22, after a reboot/],
    ["i2c.scl 21", /i2c\.scl = 21, after a reboot/],
    ["board.led 1", /board\.led cannot have pin 1: the board itself needs it/],
    ["board.button 21", /board\.button cannot have pin 21: the I2C bus is there/],
    ["board.button none", /board\.button = none, after a reboot/],
  ] as const) {
    assert.match(board.ask(`set ${line}`).join(), answer);
  }
});

test("the antenna at the socket is chosen by a high level, before the radio, and the other by none at all", () => {
  const levels: number[] = [];
  const board = new WholeBoard({ "wifi.antenna": "external" });
  board.wiring = { antenna: { pin: 15 } };
  board.pins.onWrite(15, (level) => {
    assert.equal(board.radioConfigurations.length, 0);
    levels.push(level);
  });
  board.powerOn();
  assert.deepEqual(levels, [1]);
  assert.ok(board.pins.open.includes(15));
  assert.equal(start({}, 15).pins.open.includes(15), false);
});

test("a board without a switch says so, and goes on", () => {
  const board = start({ "wifi.antenna": "external" });
  assert.match(textsOf(board), /^wifi\.antenna: there is no switch; it is not used$/m);
  assert.match(textsOf(board), /connected to "airpair-lab"/);
});
