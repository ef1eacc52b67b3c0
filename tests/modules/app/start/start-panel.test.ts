// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { RGBConstructor } from "../../../../modules/base/host.ts";
import { PairedBoards } from "../../../support/paired-boards.ts";
import type { WholeBoard } from "../../../support/whole-board.ts";

const second = 1_000;
const minute = 60 * second;
const seldom = { "publish.interval": 30 };
const [button, led] = [13, 2];
const panel = { ...seldom, "pair.button": `${button}`, "pair.led": `${led}` };

/** Texts of the events of one name. */
function textsOf(board: WholeBoard, name: string): string[] {
  return board.events.filter(({ event }) => event === name).map(({ text = "" }) => text);
}

/** How often an LED changes in 8 s, and how it ends. */
function watch(boards: PairedBoards, levels: number[]): [changes: number, level: number] {
  const last = levels.at(-1) ?? 0;
  levels.length = 0;
  boards.time.advance(8 * second);
  return [levels.length, levels.at(-1) ?? last];
}

test("a button that is held shows a code, and the LED shows waiting, paired and away", () => {
  const boards = new PairedBoards(panel, seldom).powerOn();
  const { a, b } = boards;
  const levels = PairedBoards.levelsOf(a, led);
  assert.deepEqual(watch(boards, levels), [0, 0]);
  a.press(button, second);
  assert.deepEqual(textsOf(a, "code"), []);
  a.press(button, 3 * second);
  const [text = ""] = textsOf(a, "code");
  const [, code = ""] =
    text.match(/^on the other board, within 5 minutes: pair ([\dA-Z-]{14})$/) ?? [];
  assert.notEqual(code, "");
  assert.ok(watch(boards, levels)[0] >= 30);
  b.ask(`pair ${code}`);
  boards.time.advance(10 * second);
  assert.deepEqual(textsOf(a, "paired"), ["paired with board-b"]);
  assert.deepEqual(watch(boards, levels), [0, 1]);
  boards.powerOff(b);
  boards.time.advance(3 * minute);
  const [changes] = watch(boards, levels);
  assert.ok(changes >= 7 && changes <= 9, `${changes} changes in 8 s`);
});

test("held again, the button withdraws its code, and after five minutes it is gone by itself", () => {
  const boards = new PairedBoards(panel, seldom).powerOn();
  const { a } = boards;
  const levels = PairedBoards.levelsOf(a, led);
  a.press(button, 3 * second);
  a.press(button, 3 * second);
  assert.deepEqual(textsOf(a, "withdrawn"), ["the code is withdrawn"]);
  assert.deepEqual(watch(boards, levels), [0, 0]);
  a.press(button, 3 * second);
  assert.equal(textsOf(a, "code").length, 2);
  boards.time.advance(6 * minute);
  assert.match(textsOf(a, "not-paired").join(), /^nobody came in time; pair makes a new code$/);
  assert.deepEqual(watch(boards, levels), [0, 0]);
});

test("a code is on the console and in no log that can be read from afar", () => {
  const boards = new PairedBoards({ ...panel, "remote.commands": "on" }).powerOn();
  const { a, broker, time } = boards;
  a.press(button, 3 * second);
  const [, code = "none"] = textsOf(a, "code")[0]?.match(/pair ([\dA-Z-]+)$/) ?? [];
  assert.equal(code.length, 14);
  for (const line of ["log show", "status", "get"]) {
    broker.publish("airpair/board-a/command", { payload: line, QoS: 1 });
    time.advance(second);
  }
  const replies = broker.payloads("airpair/board-a/reply");
  assert.equal(replies.length, 3);
  assert.ok(!replies.join().includes(code.slice(4)));
  assert.ok(!a.ask("log show").join().includes(code));
});

test("a code of the console gives way to that of the button, which says so there", () => {
  const boards = new PairedBoards(panel).powerOn();
  const { a } = boards;
  a.ask("pair");
  a.press(button, 3 * second);
  assert.match(textsOf(a, "refused").join(), /the pair was not made: something else was begun/);
  assert.equal(textsOf(a, "code").length, 1);
});

test("pins that the board, or another of its parts, needs are left alone, and the log says why", () => {
  const cases: [Record<string, string>, RegExp][] = [
    [
      { "pair.button": "21" },
      /pair\.button cannot have pin 21: the I2C bus is there; it is not used/,
    ],
    [
      { "pair.led": "22 low" },
      /pair\.led cannot have pin 22: the I2C bus is there; it is not used/,
    ],
    [{ "pair.led": "4" }, /pair\.led cannot have pin 4: the CCS811 is there/],
    [{ "pair.led": "2", "pair.button": "2" }, /pair\.led cannot have pin 2: pair\.button has it/],
    [{ "pair.led": "2", "ccs811.int": "2" }, /pair\.led cannot have pin 2: ccs811\.int has it/],
    [{ "pair.led": "2", "rule.1": "co2 > 1 pin 2" }, /rule\.1 cannot have pin 2: pair\.led has it/],
    [{ "pair.button": "2", "rule.1": "co2 > 1 pin 2" }, /rule\.1 cannot .* pair\.button has it/],
    [
      { "pair.led": "2", "mqtt.broker": "" },
      /pair\.led cannot have .*: this board cannot be paired/,
    ],
  ];
  for (const [given, why] of cases) {
    const { a } = new PairedBoards(given);
    a.powerOn();
    assert.match(a.events.map(({ text }) => text).join("\n"), why);
  }
});

test("a pin that is not to be had is refused where it is set", () => {
  const { a } = new PairedBoards({ "rule.1": "co2 > 1 pin 5", "pair.led": "2" });
  a.powerOn();
  const cases = [
    ["pair.button 21", /pair\.button cannot have pin 21: the I2C bus is there; kept as it was/],
    ["pair.button 5", /pair\.button cannot have pin 5: rule\.1 has it; kept as it was/],
    ["pair.button 2", /pair\.button cannot have pin 2: pair\.led has it; kept as it was/],
    ["rule.2 co2 > 1 pin 2", /rule\.2 cannot have pin 2: pair\.led has it; kept as it was/],
    ["pair.button 13", /pair\.button = 13, after a reboot/],
  ] as const;
  for (const [line, answer] of cases) assert.match(a.ask(`set ${line}`).join(), answer);
});

test("a peer does not get the pin of a rule, of the button or of the LED", () => {
  const given = { ...panel, "pair.allow": "pin", "rule.1": "co2 > 60000 pin 5" };
  const boards = new PairedBoards(seldom, given);
  const { a, b, time } = boards;
  PairedBoards.airOf(a).pin({ temperature: 30, humidity: 40, pressure: 100_000 });
  boards.pair();
  const levels = [led, button, 5].map((pin) => PairedBoards.levelsOf(b, pin));
  for (const pin of [led, button, 5, 21]) a.ask(`on temperature > 25 tell board-b pin ${pin}`);
  time.advance(10 * second);
  const said = a.events.map(({ text }) => text).join("\n");
  assert.match(said, /refuses pin 2: cannot have pin 2: pair\.led has it/);
  assert.match(said, /refuses pin 13: cannot have pin 13: pair\.button has it/);
  assert.match(said, /refuses pin 5: cannot have pin 5: rule\.1 has it/);
  assert.match(said, /refuses pin 21: cannot have pin 21: the I2C bus is there/);
  assert.deepEqual(levels.slice(1), [[], []]);
});

/** How a board's own LED looks in 8 s. */
function lookAt(board: WholeBoard, levels: number[]): string {
  levels.length = 0;
  const before = board.time.ticks();
  board.time.advance(8 * second);
  assert.equal(board.time.ticks() - before, 8 * second);
  if (levels.length === 0) return "steady";
  return levels.length > 20 ? "quick" : levels.length > 6 ? "slow" : "once";
}

test("the LED of a board blinks quickly while it joins, shines online, and blinks slowly in trouble", () => {
  const { a } = new PairedBoards({ ...seldom, "board.led": `${led}` });
  const levels = PairedBoards.levelsOf(a, led);
  a.powerOn();
  a.time.advance(second / 2);
  assert.deepEqual(levels, [0, 1]);
  a.time.advance(10 * second);
  assert.equal(levels.at(-1), 1);
  assert.equal(lookAt(a, levels), "steady");
  const [lab] = a.accessPoints.all;
  if (lab) lab.isUp = false;
  a.time.advance(30 * second);
  assert.equal(lookAt(a, levels), "quick");
  a.time.advance(minute);
  assert.equal(lookAt(a, levels), "slow");
  a.close();
  assert.equal(levels.at(-1), 0);
  assert.ok(!a.pins.open.includes(led));
});

test("the button of a board opens the portal and closes it where there is no network, and makes a code where there is", () => {
  const { a } = new PairedBoards({ ...seldom, "board.button": `${button}` });
  a.powerOn();
  a.time.advance(10 * second);
  a.press(button, 3 * second);
  assert.equal(textsOf(a, "code").length, 1);
  assert.deepEqual(a.eventsOf("portal"), []);
  a.press(button, 3 * second);
  assert.deepEqual(textsOf(a, "withdrawn"), ["the code is withdrawn"]);

  const lost = new PairedBoards({
    ...seldom,
    "board.button": `${button}`,
    "wifi.ssid": "elsewhere",
  }).a;
  lost.powerOn();
  lost.time.advance(10 * second);
  lost.press(button, 3 * second);
  lost.time.advance(10 * second);
  assert.deepEqual(lost.eventsOf("portal"), ["open", "key"]);
  assert.deepEqual(textsOf(lost, "code"), []);
  lost.press(button, 3 * second);
  assert.equal(lost.eventsOf("portal").at(-1), "closed");
});

test("a board that cannot be paired has its button for the portal, and says when that is off", () => {
  const given = { "mqtt.broker": "", "board.button": `${button}` };
  const { a } = new PairedBoards(given);
  a.powerOn();
  a.time.advance(10 * second);
  a.press(button, 3 * second);
  a.time.advance(10 * second);
  assert.deepEqual(a.eventsOf("portal"), ["open", "key"]);
  const { a: off } = new PairedBoards({ ...given, portal: "off" });
  off.powerOn();
  off.press(button, 3 * second);
  assert.match(textsOf(off, "no-code").join(), /^the portal is off; set portal manual allows it$/);
});

test("what a board has of its own is used without a setting, and the settings can have another, or none", () => {
  const { a } = new PairedBoards(seldom);
  a.defaults = { "board.led": `${led} low`, "board.button": `${button}` };
  a.powerOn();
  assert.deepEqual(a.pins.open.filter((pin) => pin === led || pin === button).length, 2);
  assert.match(a.ask(`on co2 > 1 pin ${led}`).join(), /cannot have pin 2: board\.led has it/);
  assert.match(
    a.ask(`set pair.button ${button}`).join(),
    /cannot have pin 13: board\.button has it/,
  );
  const { a: other } = new PairedBoards({ ...seldom, "board.led": "none", "board.button": "18" });
  other.defaults = a.defaults;
  other.powerOn();
  const { open } = other.pins;
  assert.deepEqual(
    [led, button, 18].map((pin) => open.includes(pin)),
    [false, false, true],
  );
  assert.match(other.ask(`on co2 > 1 pin ${led}`).join(), /rule 1 is set/);
});

test("an LED of colours needs its part of the build, and is blue, green and red", () => {
  const { a } = new PairedBoards({ ...seldom, "board.led": `${led} rgb` });
  a.powerOn();
  assert.match(
    a.events.map(({ text }) => text).join("\n"),
    /board\.led cannot have pin 2: colours need a build with rgb; it is not used/,
  );
  const colours: number[] = [];
  const { a: rich } = new PairedBoards(seldom);
  class RGB {
    readonly write = (colour: number) => colours.push(colour);
    readonly close = () => colours.push(-1);
  }
  rich.defaults = { "board.led": `${led} rgb` };
  rich.wiring = { rgb: { io: RGB as unknown as RGBConstructor } };
  rich.powerOn();
  rich.time.advance(10 * second);
  assert.deepEqual([colours[0], colours.includes(0x0000ff), colours.at(-1)], [0, true, 0x00ff00]);
  rich.close();
  assert.deepEqual(colours.slice(-2), [0, -1]);
});

test("in safe mode the LED of a board blinks slowly, its button opens the portal, and pairing has none", () => {
  const { a } = new PairedBoards({ ...panel, "board.led": "18", "board.button": "19" });
  a.powerOn();
  for (let crash = 0; crash < 5; crash++) {
    a.time.advance(second);
    a.crash("task watchdog");
  }
  const levels = PairedBoards.levelsOf(a, 18);
  a.time.advance(20 * second);
  assert.equal(lookAt(a, levels), "slow");
  assert.deepEqual(
    [led, button].map((pin) => a.pins.open.includes(pin)),
    [false, false],
  );
  a.press(19, 3 * second);
  a.time.advance(10 * second);
  assert.deepEqual(a.eventsOf("portal"), ["open", "key"]);
});
