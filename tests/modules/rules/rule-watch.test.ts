// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { checkTopic } from "../../../modules/mqtt/mqtt-settings.ts";
import { parseRule, type RuleValues } from "../../../modules/rules/rule-text.ts";
import { peerValueTime, RuleWatch } from "../../../modules/rules/rule-watch.ts";

const nothing: RuleValues = {
  co2: undefined,
  voc: undefined,
  pressure: undefined,
  pressureTemperature: undefined,
  temperature: undefined,
  humidityPercent: undefined,
  ticks: 0,
};

function watch(text: string): RuleWatch {
  const rule = parseRule(text, checkTopic);
  assert.ok(typeof rule !== "string", String(rule));
  return new RuleWatch(rule);
}

/** A value each second; the states after each, "!" behind one in which the rule has changed. */
function statesOf(text: string, values: readonly (number | undefined)[]): string[] {
  const subject = watch(text);
  return values.map((co2, second) => {
    const hasChanged = subject.take({ ...nothing, co2, ticks: second * 1_000 });
    return `${subject.state}${hasChanged ? "!" : ""}`;
  });
}

test("a rule begins once when the value is beyond the limit, and ends once when it is back", () => {
  assert.deepEqual(statesOf("co2 > 1000 until 900 print x", [1000, 1001, 1500, 901, 900, 900]), [
    "waiting",
    "active!",
    "active",
    "active",
    "waiting!",
    "waiting",
  ]);
  assert.deepEqual(statesOf("co2 < 500 until 600 print x", [500, 499, 599, 600]), [
    "waiting",
    "active!",
    "active",
    "waiting!",
  ]);
});

test("a value that trembles at the limit does not make the rule tremble", () => {
  const states = statesOf("co2 > 1000 print x", [999, 1001, 999, 1001, 999, 951, 1001]);
  assert.deepEqual(
    states.filter((state) => state.endsWith("!")),
    ["active!"],
  );
});

test("the time counts without a break, from the first value beyond the limit", () => {
  const values = [1001, 1001, 1000, 1001, 1001, 1001, 1001];
  assert.deepEqual(statesOf("co2 > 1000 for 3 s print x", values), [
    "pending",
    "pending",
    "waiting",
    "pending",
    "pending",
    "pending",
    "active!",
  ]);
});

test("a missing value begins nothing, ends nothing, and breaks the time", () => {
  assert.deepEqual(
    statesOf("co2 > 1000 for 1 s print x", [undefined, 1001, undefined, 1001, 1001, undefined, 1]),
    ["waiting", "pending", "waiting", "pending", "active!", "active", "waiting!"],
  );
});

test("each quantity is looked at in the unit in which people say it", () => {
  const values = { ...nothing, voc: 300, pressure: 98_000, humidityPercent: 70 };
  for (const text of ["voc > 299", "pressure < 981", "humidity > 69"]) {
    assert.ok(watch(`${text} print x`).take(values), text);
  }
  assert.ok(watch("temperature > 30 print x").take({ ...values, temperature: 31 }));
  assert.ok(watch("temperature > 30 print x").take({ ...values, pressureTemperature: 31 }));
  assert.ok(!watch("temperature > 30 print x").take(values));
});

test("a value of a peer that has grown old ends the rule, and breaks the time of one that is pending", () => {
  const co2 = 1_200;
  const subject = watch("board-b co2 > 1000 print x");
  assert.ok(subject.take({ ...nothing, co2, ticks: 10_000 }));
  assert.ok(!subject.age(10_000 + peerValueTime - 1));
  assert.ok(
    !subject.take({ ...nothing, ticks: 100_000 }),
    "a missing value ends nothing by itself",
  );
  assert.equal(subject.state, "active");
  assert.ok(subject.age(10_000 + peerValueTime), "and does not make the one before younger");
  assert.deepEqual([subject.state, subject.value], ["waiting", undefined]);
  assert.ok(!subject.age(10_000 + 2 * peerValueTime), "once");
  const pending = watch("board-b co2 > 1000 for 5 min print x");
  assert.ok(!pending.take({ ...nothing, co2, ticks: 0 }));
  assert.ok(!pending.age(peerValueTime));
  assert.equal(pending.state, "waiting");
  assert.ok(!pending.take({ ...nothing, co2, ticks: 300_000 }));
  assert.equal(pending.state, "pending");
  assert.ok(pending.take({ ...nothing, co2, ticks: 600_000 }));
});

test("a value of the board itself does not grow old", () => {
  const subject = watch("co2 > 1000 print x");
  subject.take({ ...nothing, co2: 1_200, ticks: 0 });
  assert.ok(!subject.age(100 * peerValueTime));
  assert.equal(subject.state, "active");
});
