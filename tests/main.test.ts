// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { ScriptedBroker } from "./support/scripted-broker.ts";
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
  const trouble = board.events.filter(({ event }) => event === "trouble");
  assert.equal(trouble.length, 1);
  assert.match(trouble[0]?.text ?? "", /has restarted by itself/);
  assert.deepEqual(board.bus.violations, []);
});

test("settings choose the sensor's address and its mode, and a reading comes with each sample", () => {
  const settings = { "ccs811.address": "0x5B", "ccs811.mode": 2 };
  const board = new WholeBoard(settings, { address: 0x5b });
  board.powerOn();
  board.time.advance(10 * minute);
  const readings = board.eventsOf("reading").length;
  assert.ok(readings >= 57 && readings <= 62, `${readings} readings`);
  assert.match(board.ask("ccs811")[1] ?? "", /^mode 2,/);
  assert.deepEqual(board.bus.violations, []);
});

test("a sensor that hangs is brought back by its reset pin, where that is wired", () => {
  const board = new WholeBoard();
  board.powerOn();
  board.time.advance(minute);
  board.chip.power.silence();
  board.time.advance(minute);
  assert.match(board.ask("ccs811")[4] ?? "", / 1 pin resets/);
  assert.deepEqual(board.eventsOf("ccs811").slice(-3), ["fault", "warming", "run-in"]);
});

test("a board that was started again in the middle of a read frees its bus, and measures", () => {
  const board = new WholeBoard();
  board.bus.stickSDA(7);
  board.powerOn();
  assert.deepEqual(board.eventsOf("i2c"), ["cleared"]);
  board.time.advance(minute);
  assert.ok(board.eventsOf("reading").length >= 54);
  assert.deepEqual(board.bus.violations, []);
});

const broker = Object.freeze({ "mqtt.broker": "mqtt://broker.test:1883", "board.id": "board-a" });

test("a board publishes each second's reading, late ones with their time after an outage", () => {
  const board = new WholeBoard(broker);
  const mqtt = new ScriptedBroker(board.network);
  board.powerOn();
  board.time.advance(40_000);
  const plain = mqtt.payloads("airpair/board-a/reading");
  assert.ok(plain.length >= 28, `${plain.length} readings`);
  for (const payload of plain.slice(-20)) {
    assert.match(payload, /^\{"office_sensor":\{"co2":\d+,"voc":\d+\}\}$/);
  }
  assert.deepEqual(mqtt.payloads("airpair/board-a/extended"), []);
  board.network.connects = "refuse";
  board.network.link.cut();
  board.time.advance(20_000);
  board.network.connects = "accept";
  board.time.advance(2 * minute);
  const all = mqtt.payloads("airpair/board-a/reading").slice(plain.length);
  const late = all.filter((payload) => payload.includes('"time"'));
  // As many as the outbox holds; the oldest have given way.
  assert.ok(late.length >= 12, `${late.length} late readings`);
  for (const payload of late) {
    assert.match(payload, /"voc":\d+,"time":"2023-11-14T22:1\d:\d\d\.\d{3}Z"\}\}$/);
  }
  assert.ok(!all.at(-1)?.includes('"time"'));
});

test("an outage of a minute costs no reading when the outbox has room for it, and some when not", () => {
  for (const [outbox, isLost] of [
    [200, false],
    [20, true],
  ] as const) {
    const board = new WholeBoard({ ...broker, "mqtt.outbox": outbox });
    const mqtt = new ScriptedBroker(board.network);
    board.powerOn();
    board.time.advance(40_000);
    board.network.connects = "refuse";
    board.network.link.cut();
    board.time.advance(minute);
    assert.match(
      board.ask("mqtt")[1] ?? "",
      new RegExp(`^\\d+ of at most ${outbox} messages wait`),
    );
    board.network.connects = "accept";
    board.time.advance(4 * minute);
    const wanted = board.events
      .filter(({ event }) => event === "publish")
      .map(({ text = "" }) => text)
      .filter((text) => text.includes("/reading "))
      .map((text) => text.slice(text.indexOf("{")));
    const arrived = mqtt.payloads("airpair/board-a/reading");
    assert.ok(wanted.length > 250, `${wanted.length} readings`);
    if (isLost) assert.ok(arrived.length < wanted.length);
    else assert.deepEqual(arrived, wanted.slice(0, arrived.length));
    if (!isLost) assert.ok(wanted.length - arrived.length <= 1, "all but one on its way");
  }
});

test("the first plain reading with co2 is a true one, and the console says why there is none", () => {
  const board = new WholeBoard(broker);
  const mqtt = new ScriptedBroker(board.network);
  board.powerOn();
  board.time.advance(6_000);
  assert.deepEqual(board.ask("readings"), ["co2 – warming up"]);
  board.time.advance(54_000);
  const plain = mqtt.payloads("airpair/board-a/reading");
  assert.ok(plain.length >= 40, `${plain.length} readings`);
  for (const payload of plain) {
    const [, co2 = "none"] = /"co2":(\d+)/.exec(payload) ?? [];
    assert.ok(Number(co2) > 400, payload);
  }
  board.chip.hardwareFaults = 0x10;
  board.time.advance(2_000);
  assert.deepEqual(board.ask("readings"), ["co2 – HEATER_FAULT"]);
  const before = mqtt.payloads("airpair/board-a/reading").length;
  board.time.advance(60_000);
  assert.ok(
    mqtt.payloads("airpair/board-a/reading").length <= before,
    "400 and 0 of a dead heater",
  );
  board.chip.hardwareFaults = 0;
  board.bus.detach(board.chip);
  board.time.advance(60_000);
  assert.deepEqual(board.ask("readings"), ["no values yet"]);
});

test("settings thin out what is published, and add the extended reading", () => {
  const board = new WholeBoard({ ...broker, "publish.interval": 30, "publish.extended": "on" });
  const mqtt = new ScriptedBroker(board.network);
  board.powerOn();
  board.time.advance(10 * minute);
  const plain = mqtt.payloads("airpair/board-a/reading");
  const extended = mqtt.payloads("airpair/board-a/extended");
  assert.ok(plain.length >= 19 && plain.length <= 21, `${plain.length} readings`);
  // What the sensor shows while it warms up is no value, but its state and marks are told.
  assert.match(extended[0] ?? "", /"state":"warming",.*"marks":\["warming"\]/);
  assert.ok(!extended[0]?.includes("co2"));
  assert.equal(extended.length, plain.length + 1);
  assert.match(
    extended.at(-1) ?? "",
    /"state":"run-in","minutesLeft":1\d,.*"marks":\[\],"current":12,.*"firmware":"2\.0\.0"/,
  );
  assert.ok(board.eventsOf("reading").length > 580);
});

test("the drive mode is changed by command, and readings come at its pace until the next start", () => {
  const board = new WholeBoard({ "ccs811.mode": 2 });
  board.powerOn();
  board.time.advance(minute);
  assert.deepEqual(board.ask("ccs811 mode 1"), ["mode 1, until the next start"]);
  let before = board.eventsOf("reading").length;
  board.time.advance(minute);
  const fast = board.eventsOf("reading").length - before;
  assert.ok(fast >= 50 && fast <= 62, `${fast} readings`);
  assert.match(board.ask("ccs811 mode 3").join(), /^mode 3 in 10 min/);
  board.time.advance(100);
  assert.match(board.ask("ccs811").join("\n"), /^idle for 10 min before the slower mode\nmode 3/);
  board.time.advance(20 * minute);
  before = board.eventsOf("reading").length;
  board.time.advance(10 * minute);
  const slow = board.eventsOf("reading").length - before;
  assert.ok(slow >= 9 && slow <= 11, `${slow} readings`);
  board.powerCycle(minute);
  board.time.advance(minute);
  assert.match(board.ask("ccs811").join("\n"), /\nmode 2, /);
  assert.deepEqual(board.bus.violations, []);
});

test("a flood of commands costs no reading, however slow the broker is", () => {
  const board = new WholeBoard({ ...broker, "remote.commands": "on" });
  const mqtt = new ScriptedBroker(board.network);
  board.network.latency = 100;
  board.powerOn();
  board.time.advance(40_000);
  const before = mqtt.payloads("airpair/board-a/reading").length;
  for (let i = 0; i < 5_000; i++) {
    mqtt.publish("airpair/board-a/command", { payload: "version" });
    board.time.advance(4);
  }
  const readings = mqtt.payloads("airpair/board-a/reading").length - before;
  assert.ok(readings >= 19 && readings <= 22, `${readings} readings`);
  board.time.advance(5_000);
  const replies = mqtt.payloads("airpair/board-a/reply").length;
  assert.ok(replies >= 500 && replies < 5_000, `${replies} replies`);
  mqtt.publish("airpair/board-a/command", { payload: "version" });
  board.time.advance(1_000);
  assert.equal(mqtt.payloads("airpair/board-a/reply").length, replies + 1);
  assert.ok(!board.ask("stats").at(-1)?.includes("dropped"));
});
