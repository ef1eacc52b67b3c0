// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { settingList } from "../../../../modules/app/setting-list.ts";
import { startRules } from "../../../../modules/app/start/start-rules.ts";
import type { BoardWiring } from "../../../../modules/base/host.ts";
import { ruleNames } from "../../../../modules/rules/rules-settings.ts";
import { Settings } from "../../../../modules/settings/settings.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { LogBook } from "../../../support/log-book.ts";
import { MemoryKeyValue } from "../../../support/memory-key-value.ts";
import { VirtualPins } from "../../../support/virtual-pins.ts";

const air = {
  voc: undefined,
  pressure: undefined,
  pressureTemperature: undefined,
  temperature: undefined,
  humidityPercent: undefined,
};

/** Rules of a board with pins, and the levels that were written. */
function build(given: Readonly<Record<string, string>>, wiring: Partial<BoardWiring> = {}) {
  const pins = new VirtualPins();
  const levels: string[] = [];
  for (let pin = 0; pin <= 48; pin++) pins.onWrite(pin, (level) => levels.push(`${pin}=${level}`));
  const book = new LogBook();
  const time = new FakeTime();
  const i2c = { io: undefined as never, data: 21, clock: 22 };
  const board: BoardWiring = { i2c, digital: { io: pins.io, reset: 5 }, ...wiring };
  const settings = new Settings({ list: settingList, store: new MemoryKeyValue(), given });
  const rules = startRules(
    { board, timers: time, clock: time },
    {
      settings,
      log: book.log,
      session: undefined,
      webhook: undefined,
      pairing: undefined,
      station: { subscribe: () => {} },
    },
  );
  let ticks = 0;
  const read = (co2: number) => {
    ticks += 1_000;
    rules.onReading({ ...air, co2, ticks });
  };
  return { pins, levels, book, settings, rules, read };
}

test("a pin is low until the rule holds, high while it does, and given back at the end", () => {
  const { pins, levels, rules, read } = build({ "rule.1": "co2 > 1000 pin 2" });
  assert.deepEqual(pins.open, [2]);
  for (const co2 of [800, 1_100, 1_200, 900]) read(co2);
  read(1_100);
  rules.close();
  assert.deepEqual(levels, ["2=0", "2=1", "2=0", "2=1", "2=0"]);
  assert.deepEqual(pins.open, []);
});

test("a pin that works the other way round is high until the rule holds", () => {
  const { levels, read } = build({ "rule.1": "co2 > 1000 pin 2 low" });
  for (const co2 of [800, 1_100, 900]) read(co2);
  assert.deepEqual(levels, ["2=1", "2=0", "2=1"]);
});

test("a rule that is changed ends, with its pin, and the new one begins anew", () => {
  const { levels, pins, settings, read } = build({});
  settings.set("rule.4", "co2 > 1000 pin 2");
  read(1_100);
  settings.set("rule.4", "co2 > 1000 pin 3");
  assert.deepEqual(pins.open, [3]);
  read(1_100);
  settings.reset("rule.4");
  assert.deepEqual(levels, ["2=0", "2=1", "2=0", "3=0", "3=1", "3=0"]);
  assert.deepEqual(pins.open, []);
});

test("two rules cannot have the same pin: the second is told, and does not disturb the first", () => {
  const { pins, levels, book, rules, read } = build({
    "rule.1": "co2 > 1000 pin 2",
    "rule.2": "co2 > 500 pin 2",
  });
  for (const co2 of [600, 1_100, 600, 100]) read(co2);
  rules.close();
  assert.deepEqual([pins.open, levels], [[], ["2=0", "2=1", "2=0", "2=0"]]);
  assert.match(book.text, /rule\.2 cannot have pin 2: rule\.1 has it; it is not used/);
});

test("pins that the board needs are left alone, and the log says why", () => {
  const pulses = { io: undefined as never, pin: 4 };
  const given = {
    "rule.1": "co2 > 1 pin 22",
    "rule.2": "co2 > 1 pin 4",
    "rule.3": "co2 > 1 pin 5",
    "rule.4": "co2 > 1 pin 6",
  };
  const { pins, levels, book, rules, read } = build(given, { pulses, reserved: [6] });
  read(100);
  assert.deepEqual([pins.open, levels], [[], []]);
  const text = book.lines.map((line) => line.text).join("\n");
  assert.match(text, /rule\.1 cannot have pin 22: the I2C bus is there/);
  assert.match(text, /rule\.2 cannot have pin 4: the DHT sensor is there/);
  assert.match(text, /rule\.3 cannot have pin 5: the CCS811 is there/);
  assert.match(text, /rule\.4 cannot have pin 6: the board itself needs it/);
  for (const name of ruleNames.slice(0, 4)) assert.equal(rules.watchOf(name), undefined);
});

test("a rule with such a pin is not taken, nor one whose pin does not exist", () => {
  const { pins, settings, levels } = build({}, { reserved: [6] });
  settings.set("rule.1", "co2 > 1000 pin 2");
  const refusals = [
    ["co2 > 1 pin 2", "rule.1 has it"],
    ["co2 > 1 pin 21", "the I2C bus is there"],
    ["co2 > 1 pin 6", "the board itself needs it, or cannot drive it"],
    ["co2 > 1 pin 28", "no such pin"],
  ] as const;
  pins.missing.add(28);
  for (const [text, why] of refusals) {
    assert.throws(() => settings.set("rule.3", text), {
      code: "settings/value",
      message: `rule.3 cannot have ${text.slice(8)}: ${why}; kept as it was`,
    });
    assert.equal(settings.get("rule.3"), "");
  }
  assert.deepEqual([pins.open, levels], [[2], ["2=0"]]);
  // A rule may keep its own pin, and one may have the pin of a rule that is gone.
  settings.set("rule.1", "co2 > 900 pin 2 low");
  settings.set("rule.1", "");
  settings.set("rule.3", "co2 > 1 pin 2");
  assert.deepEqual(pins.open, [2]);
});
