// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { checkTopic } from "../../../modules/mqtt/mqtt-settings.ts";
import { parseRule } from "../../../modules/rules/rule-text.ts";

const parse = (text: string) => parseRule(text, checkTopic);

test("a rule is read with all its parts", () => {
  assert.deepEqual(parse("co2 > 1000 for 60 s until 900 print open the  window"), {
    quantity: "co2",
    isAbove: true,
    limit: 1_000,
    end: 900,
    hold: 60_000,
    action: { kind: "print", text: "open the  window" },
  });
  assert.deepEqual(parse("  temperature   < -2.5 for 5 min pin 2 low "), {
    quantity: "temperature",
    isAbove: false,
    limit: -2.5,
    end: -2,
    hold: 300_000,
    action: { kind: "pin", pin: 2, activeLow: true },
  });
});

test("what a rule does not say has a value: it holds at once, and ends a little way back", () => {
  const ends = ["co2 > 1000", "voc > 200", "temperature > 25", "humidity < 30", "pressure < 990"];
  assert.deepEqual(
    ends.map((text) => {
      const rule = parse(`${text} publish a/b`);
      return typeof rule === "string" ? rule : [rule.end, rule.hold, rule.action];
    }),
    [950, 175, 24.5, 32, 991].map((end) => [
      end,
      0,
      { kind: "publish", topic: "a/b", text: undefined },
    ]),
  );
});

test("what is no rule is told with the first thing that is wrong", () => {
  const wrong: [string, RegExp][] = [
    ["", /begins with one of co2, voc, temperature, humidity, pressure/],
    ["constructor > 1 print x", /begins with one of/],
    ["CO2 > 1 print x", /begins with one of/],
    ["co2 >= 1 print x", /needs > or < behind co2/],
    ["co2>1000 print x", /begins with one of/],
    ["co2 > many print x", /needs a number behind >/],
    ["co2 > 1e3 print x", /needs a number behind >/],
    ["co2 > 1000 for print x", /needs a time such as 60 s or 5 min behind for/],
    ["co2 > 1000 for 60 print x", /needs a time such as/],
    ["co2 > 1000 for -1 s print x", /at most 1440 min/],
    ["co2 > 1000 for 1441 min print x", /at most 1440 min/],
    ["co2 > 1000 until print x", /needs a number behind until/],
    ["co2 > 1000 until 1001 print x", /needs a number of at most 1000 behind until/],
    ["co2 < 1000 until 999 print x", /needs a number of at least 1000 behind until/],
    ["co2 > 1000", /needs print, publish, webhook or pin/],
    ["co2 > 1000 shout x", /needs print, publish, webhook or pin/],
    ["co2 > 1000 print", /needs a text behind print/],
    ["co2 > 1000 publish", /needs a topic behind publish, which must not be empty/],
    ["co2 > 1000 publish a/# x", /needs a topic behind publish/],
    ["co2 > 1000 pin", /needs a pin from 0 to 48/],
    ["co2 > 1000 pin 49", /needs a pin from 0 to 48/],
    ["co2 > 1000 pin 2.5", /needs a pin from 0 to 48/],
    ["co2 > 1000 pin 2 high", /nothing but low/],
  ];
  for (const [text, why] of wrong) {
    const rule = parse(text);
    assert.ok(typeof rule === "string", text);
    assert.match(rule, why, text);
  }
});
