// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { settingList } from "../../../../modules/app/setting-list.ts";
import { startRules } from "../../../../modules/app/start/start-rules.ts";
import type { BoardWiring } from "../../../../modules/base/host.ts";
import { Settings } from "../../../../modules/settings/settings.ts";
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
  const i2c = { io: undefined as never, data: 21, clock: 22 };
  const board: BoardWiring = { i2c, digital: { io: pins.io, reset: 5 }, ...wiring };
  const settings = new Settings({ list: settingList, store: new MemoryKeyValue(), given });
  const rules = startRules(
    { board },
    {
      settings,
      log: book.log,
      session: undefined,
      webhook: undefined,
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
  assert.match(book.text, /rule\.2: pin 2 cannot be used: rule\.1 has it/);
});

test("pins that the board needs are left alone, and the log says why", () => {
  const pulses = { io: undefined as never, pin: 4 };
  const given = {
    "rule.1": "co2 > 1 pin 22",
    "rule.2": "co2 > 1 pin 4",
    "rule.3": "co2 > 1 pin 5",
    "rule.4": "co2 > 1 pin 6",
  };
  const { pins, levels, book, read } = build(given, { pulses, reserved: [6] });
  read(100);
  assert.deepEqual([pins.open, levels], [[], []]);
  const text = book.lines.map((line) => line.text).join("\n");
  assert.match(text, /pin 22 cannot be used: the I2C bus is there/);
  assert.match(text, /pin 4 cannot be used: the DHT sensor is there/);
  assert.match(text, /pin 5 cannot be used: the CCS811 is there/);
  assert.match(text, /pin 6 cannot be used: the board itself needs it/);
});
