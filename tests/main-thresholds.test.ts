// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { AirSample } from "../hosts/virtual/air.ts";
import { ScriptedBroker } from "./support/scripted-broker.ts";
import { WholeBoard } from "./support/whole-board.ts";

const second = 1_000;
const minute = 60 * second;
const broker = { "mqtt.broker": "mqtt://broker.test:1883", "board.id": "board-a" };
const wired = { "ccs811.int": "27" };
const thresholds = { "ccs811.thresholds": "800,1200" };

/** A board in air whose co2 the test sets. */
function boardIn(settings: Readonly<Record<string, unknown>>) {
  const room = { CO2: 620, tvoc: 33, temperature: 22, humidity: 40, pressure: 101_300 };
  const air = { at: (): AirSample => ({ ...room }) };
  const board = new WholeBoard(settings, { air, clockFactor: 1 });
  return { board, room };
}

/** Texts of the log of one part with a level. */
function told(board: WholeBoard, part: string, event: string): (string | undefined)[] {
  return board.events
    .filter((each) => each.part === part && each.event === event)
    .map(({ text }) => text);
}

test("with nINT wired and set the sensor is read when it calls, and not asked in between", () => {
  const { board } = boardIn(wired);
  board.powerOn();
  board.time.advance(minute);
  const before = { transfers: board.bus.transfers, readings: board.eventsOf("reading").length };
  board.time.advance(minute);
  const readings = board.eventsOf("reading").length - before.readings;
  assert.ok(readings >= 59, `${readings}`);
  const own = board.bus.transfers - before.transfers;
  // STATUS and result of each; the rest looks for other sensors.
  assert.ok(own < 2 * readings + 60, `${own}`);
  assert.ok(board.ask("ccs811").some((text) => /^nINT calls for each sample$/m.test(text)));
  assert.deepEqual(board.bus.violations, []);
});

test("a pin where nothing calls costs three late samples and one warning, and ccs811 says so", () => {
  const { board } = boardIn({ "ccs811.int": "26" });
  board.powerOn();
  board.time.advance(2 * minute);
  assert.deepEqual(told(board, "ccs811", "trouble"), [
    "the CCS811's nINT does not tell of its samples: three in a row were there without a call; check its wire, and the pin; the sensor is asked meanwhile",
  ]);
  const before = board.eventsOf("reading").length;
  board.time.advance(minute);
  assert.ok(board.eventsOf("reading").length - before >= 59);
  assert.ok(board.ask("ccs811").some((text) => /^nINT does not call: check its wire/m.test(text)));
});

for (const wiring of [{}, wired]) {
  const way = "ccs811.int" in wiring ? "nINT" : "asking";
  test(`co2 beyond a threshold is told once and published at once, whatever publish.interval says, by ${way}`, () => {
    const settings = { ...broker, ...wiring, ...thresholds, "publish.extended": "on" };
    const { board, room } = boardIn({ ...settings, "publish.interval": 3_600 });
    const mqtt = new ScriptedBroker(board.network);
    board.powerOn();
    board.time.advance(5 * minute);
    const payloads = () => mqtt.payloads("airpair/board-a/extended");
    const before = payloads().length;
    const readings = mqtt.payloads("airpair/board-a/reading").length;
    assert.match(payloads().at(-1) ?? "", /"co2":620,.*"range":"low"/);
    for (const [CO2, range] of [
      [1_000, "medium"],
      [1_230, "medium"],
      [1_300, "high"],
      [1_170, "high"],
      [700, "low"],
    ] as const) {
      room.CO2 = CO2;
      board.time.advance(10 * second);
      const text = board.ask("ccs811").join("\n");
      assert.match(text, new RegExp(`^co2 ${range}: medium from 800, high from 1200 ppm`, "m"));
    }
    assert.deepEqual(told(board, "ccs811", "range"), [
      "co2 is medium now, by ccs811.thresholds",
      "co2 is high now, by ccs811.thresholds",
      "co2 is low now, by ccs811.thresholds",
    ]);
    const ranges = payloads().slice(before);
    assert.deepEqual(
      ranges.map((payload) => JSON.parse(payload).office_sensor.range),
      ["medium", "high", "low"],
    );
    assert.equal(mqtt.payloads("airpair/board-a/reading").length - readings, 3);
    const { lowToMedium, mediumToHigh } = board.chip.thresholds;
    assert.deepEqual([lowToMedium, mediumToHigh], [800, 1_200]);
    assert.deepEqual(board.bus.violations, []);
  });
}

test("thresholds and nINT that are set on a running board hold after a reboot, without another run-in", () => {
  const { board, room } = boardIn({});
  // In force by the settings: given values could not be changed.
  board.powerOn();
  board.time.advance(30 * minute);
  assert.match(board.ask("ccs811").join("\n"), /^ready/);
  assert.match(board.ask("set ccs811.thresholds 800,1200,100").join(), /after a reboot/);
  board.restart("software");
  board.time.advance(minute);
  assert.match(board.ask("ccs811").join("\n"), /^ready[\s\S]*^co2 low: .*hysteresis 100$/m);
  room.CO2 = 890;
  board.time.advance(5 * second);
  room.CO2 = 910;
  board.time.advance(5 * second);
  assert.deepEqual(told(board, "ccs811", "range"), ["co2 is medium now, by ccs811.thresholds"]);
  board.ask('set ccs811.thresholds ""');
  board.restart("software");
  board.time.advance(minute);
  const text = board.ask("ccs811").join("\n");
  assert.match(text, /^ready/);
  assert.doesNotMatch(text, /^co2 /m);
  assert.deepEqual(board.bus.violations, []);
});

test("a pin for nINT that is not to be had is refused, and one that the build gives is told of", () => {
  const { board } = boardIn({});
  board.powerOn();
  board.time.advance(minute);
  assert.equal(board.ask("on co2 > 1400 pin 2").join(), "rule 1 is set");
  for (const [pin, why] of [
    ["21", "the I2C bus is there"],
    ["4", "the CCS811 is there"],
    ["2", "rule.1 has it"],
  ] as const) {
    const refused = `ccs811.int cannot have pin ${pin}: ${why}; kept as it was`;
    assert.equal(board.ask(`set ccs811.int ${pin}`).join(), refused);
  }
  for (const text of ["x", "49", "-1", "1 2"]) {
    assert.match(board.ask(`set ccs811.int ${text}`).join(), /takes the number of a pin, 0 to 48/);
  }
  assert.match(board.ask("set ccs811.int 27").join(), /ccs811\.int = 27, after a reboot/);
  assert.match(board.ask("on voc > 1 pin 27").join(), /cannot have pin 27: ccs811\.int has it/);

  const { board: given } = boardIn({ "ccs811.int": "22" });
  given.powerOn();
  given.time.advance(minute);
  assert.deepEqual(told(given, "ccs811", "no-interrupt"), [
    "ccs811.int cannot have pin 22: the I2C bus is there; the sensor is asked instead",
  ]);
  assert.ok(given.eventsOf("reading").length > 50);
});

test("without these settings no pin is opened for the sensor, and ccs811 has no line of them", () => {
  const { board } = boardIn({});
  board.powerOn();
  board.time.advance(minute);
  assert.deepEqual(board.pins.open, []);
  assert.doesNotMatch(board.ask("ccs811").join("\n"), /nINT|^co2/m);
});
