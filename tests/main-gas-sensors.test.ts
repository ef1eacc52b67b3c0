// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { AHT2xChip } from "../hosts/virtual/chips/aht2x.ts";
import { BME280Chip } from "../hosts/virtual/chips/bme280.ts";
import { ENS160Chip } from "../hosts/virtual/chips/ens160.ts";
import { SCD4xChip } from "../hosts/virtual/chips/scd4x.ts";
import { ScriptedBroker } from "./support/scripted-broker.ts";
import { WholeBoard } from "./support/whole-board.ts";

const minute = 60_000;
const broker = { "mqtt.broker": "mqtt://broker.test:1883", "board.id": "board-a" };
const room = { CO2: 1_000, tvoc: 174, temperature: 21, humidity: 40, pressure: 95_000 };
const air = { at: () => room };

/** Text of the last reading on the console. */
function lastReading(board: WholeBoard): string {
  return board.events.findLast(({ event }) => event === "reading")?.text ?? "";
}

test("an SCD41 beside the CCS811 gives co2, compensated by the BME280; both are in the extended reading", () => {
  const board = new WholeBoard({ ...broker, "publish.extended": "on", "publish.interval": 30 });
  const mqtt = new ScriptedBroker(board.network);
  const scd41 = new SCD4xChip({ time: board.time, air });
  board.bus.attach(scd41);
  board.bus.attach(new BME280Chip({ time: board.time, air }));
  board.powerOn();
  board.time.advance(30 * minute);
  assert.match(lastReading(board), /^co2 (999|1000|1001) ppm {2}voc \d+ ppb/);
  assert.equal(scd41.settings.pressure, 95_000);
  const extended = mqtt.payloads("airpair/board-a/extended").at(-1) ?? "";
  assert.match(extended, /"co2":(999|1000|1001),/);
  assert.match(
    extended,
    /"sensors":\[\{"sensor":"SCD41 at 0x62","co2":\d+,"marks":\[\]\},\{"sensor":"CCS811","co2":\d+,"voc":\d+,"marks":\[\]\}\]/,
  );
  assert.match(mqtt.payloads("airpair/board-a/reading").at(-1) ?? "", /"co2":(999|1000|1001),/);
  board.bus.detach(scd41);
  board.time.advance(minute);
  assert.doesNotMatch(lastReading(board), /co2 (999|1000|1001) ppm/);
  assert.deepEqual(board.bus.violations, []);
});

test("a board with an ENS160 and an AHT21 alone has readings, and says why there is no co2 yet", () => {
  const board = new WholeBoard(broker);
  const mqtt = new ScriptedBroker(board.network);
  board.bus.detach(board.chip);
  const ens160 = new ENS160Chip({ time: board.time, air });
  board.bus.attach(ens160);
  board.bus.attach(new AHT2xChip({ time: board.time, air }));
  board.powerOn();
  board.time.advance(minute);
  assert.match(lastReading(board), /^co2 – warming up {2}T 21\.0 °C {2}RH 40\.0 %$/);
  board.time.advance(5 * minute);
  assert.equal(lastReading(board), "co2 1000 ppm  voc 174 ppb  T 21.0 °C  RH 40.0 %");
  const first = mqtt.payloads("airpair/board-a/reading").find((text) => text.includes("co2"));
  assert.match(first ?? "", /"co2":1000,"voc":174/);
  assert.ok(Math.abs(ens160.compensation.humidity - 40) < 0.1);
  assert.deepEqual(board.bus.violations, []);
});

test("a board with an SCD41 and nothing else has readings of its own", () => {
  const board = new WholeBoard();
  board.bus.detach(board.chip);
  board.bus.attach(
    new SCD4xChip({ time: board.time, air: { at: () => ({ ...room, pressure: 101_300 }) } }),
  );
  board.powerOn();
  board.time.advance(minute);
  assert.equal(lastReading(board), "co2 1000 ppm  T 21.0 °C  RH 40.0 %");
  board.ask("i2c scan");
  board.time.advance(10_000);
  assert.equal(board.events.findLast(({ event }) => event === "scan")?.text, "scan: 0x62 SCD41");
});

test("status has every gas sensor, and of a CCS811 only where it is the only kind or has answered", () => {
  for (const hasCCS811 of [true, false]) {
    const board = new WholeBoard();
    if (!hasCCS811) board.bus.detach(board.chip);
    const ens160 = new ENS160Chip({ time: board.time, air });
    board.bus.attach(ens160);
    board.powerOn();
    board.time.advance(minute);
    const lines = board.ask("status");
    assert.equal(lines.filter((line) => line.startsWith("ENS160 at 0x53: ")).length, 1);
    assert.equal(lines.filter((line) => line.startsWith("ccs811 ")).length, hasCCS811 ? 1 : 0);
    board.bus.detach(ens160);
    board.time.advance(minute);
    assert.equal(board.ask("status").filter((line) => line.startsWith("ccs811 ")).length, 1);
  }
});

test("an SCD41 is calibrated by command, when its air has been steady", () => {
  const board = new WholeBoard();
  const outdoors = { ...room, CO2: 430, pressure: 101_300 };
  const scd41 = new SCD4xChip({ time: board.time, air: { at: () => outdoors } });
  scd41.drift = 120;
  board.bus.attach(scd41);
  board.powerOn();
  board.time.advance(minute);
  assert.match(board.ask("co2 calibrate 430").join(), /steady for 0 min, and 3 are needed/);
  board.time.advance(4 * minute);
  assert.match(board.ask("co2").join(), /^SCD41 at 0x62: 550 ppm/);
  assert.match(board.ask("co2 calibrate 430").join(), /^calibrating to 430 ppm/);
  board.time.advance(20_000);
  assert.equal(
    board.events.find(({ event }) => event === "calibrated")?.text,
    "calibrated to 430 ppm: -120 ppm",
  );
  assert.match(lastReading(board), /^co2 430 ppm/);
  assert.deepEqual(board.bus.violations, []);
});

test("an SCD41 without a barometer beside it is told how high it is", () => {
  for (const [altitude, told] of [
    [0, 0],
    [1_950, 1_950],
    [4_000, 3_000],
  ]) {
    const board = new WholeBoard({ "climate.altitude": altitude });
    const scd41 = new SCD4xChip({ time: board.time, air });
    board.bus.attach(scd41);
    board.powerOn();
    board.time.advance(minute);
    assert.equal(scd41.settings.altitude, told);
    assert.deepEqual(board.bus.violations, []);
  }
});

test("a board with another gas sensor warns of no CCS811, and says once that there is none", () => {
  for (const Chip of [SCD4xChip, ENS160Chip]) {
    const board = new WholeBoard({ ...broker, "publish.extended": "on" });
    const mqtt = new ScriptedBroker(board.network);
    board.bus.detach(board.chip);
    board.bus.attach(new Chip({ time: board.time, air }));
    board.bus.attach(new BME280Chip({ time: board.time, air }));
    board.powerOn();
    board.time.advance(10 * minute);
    const warnings = board.events.filter(({ level }) => level === "warn" || level === "error");
    assert.deepEqual(warnings, []);
    const told = board.events.filter(({ part }) => part === "ccs811").map(({ text }) => text);
    assert.deepEqual(told, ["there is no CCS811 at 0x5a; another gas sensor is there"]);
    const extended = JSON.parse(mqtt.payloads("airpair/board-a/extended").at(-1) ?? "{}");
    const { state, mode, sensors } = extended.office_sensor;
    assert.deepEqual([state, mode, sensors?.length], [undefined, undefined, 1]);
  }
});

test("a CCS811 that was there and goes is warned of, whatever else is on the bus", () => {
  const board = new WholeBoard();
  board.bus.attach(new SCD4xChip({ time: board.time, air }));
  board.powerOn();
  board.time.advance(minute);
  board.bus.detach(board.chip);
  board.time.advance(minute);
  assert.deepEqual(board.eventsOf("ccs811").slice(-2), ["fault", "absent"]);
});

test("a board without any gas sensor is warned once, and not of the same thing twice", () => {
  const board = new WholeBoard(broker);
  new ScriptedBroker(board.network);
  board.bus.detach(board.chip);
  board.bus.attach(new BME280Chip({ time: board.time, air }));
  board.powerOn();
  board.time.advance(10 * minute);
  const warnings = board.events.filter(({ level }) => level === "warn").map(({ text }) => text);
  assert.deepEqual(warnings, ["no CCS811 answers at 0x5A; check power, wiring and address"]);
  // One that is plugged in late is told of as ever.
  board.bus.attach(board.chip);
  board.chip.power.isOn = false;
  board.chip.power.isOn = true;
  board.time.advance(2 * minute);
  assert.deepEqual(board.eventsOf("ccs811").slice(0, 4), [
    "absent",
    "booting",
    "starting",
    "warming",
  ]);
});

test("co2 says what a CCS811 is doing while it has no value, and with each value", () => {
  const board = new WholeBoard();
  board.powerOn();
  board.time.advance(5_000);
  const rest = "\nthere is no sensor that measures CO2";
  assert.equal(
    board.ask("co2").join("\n"),
    `CCS811: no value, warming up; readings settle in 20 min${rest}`,
  );
  board.time.advance(2 * minute);
  assert.match(
    board.ask("co2").join("\n"),
    /^CCS811: \d+ ppm, an equivalent, run-in: readings are live and settle in 18 min\nthere is no/,
  );
  board.bus.detach(board.chip);
  board.time.advance(20 * minute);
  assert.match(
    board.ask("co2").join("\n"),
    /^CCS811: no value, no CCS811 answers at 0x5A; check power, wiring and address\nthere is no/,
  );
});

test("co2 names a sensor that measures CO2 and has no value, and does not say there is none", () => {
  const board = new WholeBoard();
  const scd41 = new SCD4xChip({ time: board.time, air });
  board.bus.attach(scd41);
  board.powerOn();
  board.time.advance(4_000);
  assert.match(board.ask("co2").join("\n"), /^CCS811: no value, .*\nSCD41 at 0x62: no value yet$/);
  board.time.advance(minute);
  assert.match(board.ask("co2").join("\n"), /^SCD41 at 0x62: \d+ ppm\nCCS811: \d+ ppm, \d+ ppb$/);
  board.bus.detach(scd41);
  board.time.advance(minute);
  const gone = board.ask("co2").join("\n");
  assert.match(gone, /^CCS811: \d+ ppm.*\nSCD41 at 0x62: .*does not answer/);
  assert.doesNotMatch(gone, /there is no sensor/);
});

test("another altitude holds at once for an SCD41, as the setting says, and is written once", () => {
  const board = new WholeBoard();
  const scd41 = new SCD4xChip({ time: board.time, air });
  board.bus.attach(scd41);
  board.powerOn();
  board.time.advance(minute);
  assert.equal(scd41.settings.altitude, 0);
  for (const [altitude, told] of [
    [1_950, 1_950],
    [-20, 0],
    [4_000, 3_000],
    [0, 0],
  ]) {
    assert.equal(
      board.ask(`set climate.altitude ${altitude}`).join(),
      `climate.altitude = ${altitude}`,
    );
    board.time.advance(minute);
    assert.equal(scd41.settings.altitude, told);
    const writes = writesOfAltitude(board);
    board.time.advance(2 * minute);
    assert.equal(writes(), 0);
  }
  assert.match(lastReading(board), /^co2 \d+ ppm/);
  assert.deepEqual(board.bus.violations, []);
});

/** Counts how often the altitude is written from now on. */
function writesOfAltitude(board: WholeBoard): () => number {
  let count = 0;
  board.bus.onTransfer = ({ write }) => {
    if (write?.[0] === 0x24 && write[1] === 0x27) count++;
    return undefined;
  };
  return () => count;
}
