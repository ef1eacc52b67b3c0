// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { checkTopic } from "../../../modules/mqtt/mqtt-settings.ts";
import { taskIn, taskText } from "../../../modules/rules/rule-action.ts";
import { parseRule } from "../../../modules/rules/rule-text.ts";
import { Words } from "../../../modules/rules/rule-words.ts";

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

test("a rule may look at the value of a peer, whatever its name, and tell a peer what to do", () => {
  assert.deepEqual(parse("board-b co2 > 1000 for 60 s pin 2"), {
    peer: "board-b",
    quantity: "co2",
    isAbove: true,
    limit: 1_000,
    end: 950,
    hold: 60_000,
    action: { kind: "pin", pin: 2, activeLow: false },
  });
  const peers = ["voc voc > 1 print x", "> co2 < 1 print x", "co2 co2 > 1 print x"].map((text) => {
    const rule = parse(text);
    return typeof rule === "string" ? rule : rule.peer;
  });
  assert.deepEqual(peers, ["voc", ">", "co2"]);
  const actions = [
    "tell board-b pin 2",
    "tell pin pin 2  low ",
    "tell board-b print open the  window",
  ].map((action) => {
    const rule = parse(`co2 > 1000 ${action}`);
    return typeof rule === "string" ? rule : rule.action;
  });
  assert.deepEqual(actions, [
    { kind: "tell", peer: "board-b", task: "pin 2" },
    { kind: "tell", peer: "pin", task: "pin 2 low" },
    { kind: "tell", peer: "board-b", task: "print open the  window" },
  ]);
});

test("what a peer is told is read by it as it was meant", () => {
  for (const text of ["pin 2", "pin 48 low", "print open the  window"]) {
    const task = taskIn(new Words(text));
    assert.ok(typeof task !== "string", text);
    assert.equal(taskText(task), text);
  }
  for (const text of ["", "pin", "pin 49", "print", "publish a/b", "reboot", "pin 2 low x"]) {
    assert.equal(typeof taskIn(new Words(text)), "string", text);
  }
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
    ["co2 > 1000", /needs print, publish, webhook, pin or tell/],
    ["co2 > 1000 shout x", /needs print, publish, webhook, pin or tell/],
    ["co2 > 1000 print", /needs a text behind print/],
    ["co2 > 1000 publish", /needs a topic behind publish, which must not be empty/],
    ["co2 > 1000 publish a/# x", /needs a topic behind publish/],
    ["co2 > 1000 pin", /needs a pin from 0 to 48/],
    ["co2 > 1000 pin 49", /needs a pin from 0 to 48/],
    ["co2 > 1000 pin 2.5", /needs a pin from 0 to 48/],
    ["co2 > 1000 pin 2 high", /nothing but low/],
    ["co2 > 1000 pin 2 low now", /nothing but low/],
    ["board-b > 1 print x", /or with the name of a peer and one of these/],
    ["board-b co3 > 1 print x", /or with the name of a peer and one of these/],
    ["board-b co2 1 print x", /needs > or < behind co2/],
    ["co2 > 1000 tell", /needs the name of a peer and what it is to do behind tell/],
    ["co2 > 1000 tell board-b", /needs the name of a peer and what it is to do behind tell/],
    ["co2 > 1000 tell board-b publish a/b", /needs pin or print behind the name of the peer/],
    ["co2 > 1000 tell board-b tell board-c pin 2", /needs pin or print behind the name/],
    ["co2 > 1000 tell board-b print", /needs a text behind print/],
    ["co2 > 1000 tell board-b pin 2 high", /nothing but low/],
  ];
  for (const [text, why] of wrong) {
    const rule = parse(text);
    assert.ok(typeof rule === "string", text);
    assert.match(rule, why, text);
  }
});
