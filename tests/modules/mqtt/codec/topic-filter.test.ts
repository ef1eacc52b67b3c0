// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  faultOfFilter,
  faultOfTopic,
  localFilterOf,
  matches,
  warningsOf,
} from "../../../../modules/mqtt/codec/topic-filter.ts";

test("takes legal topics", () => {
  const a = "a".repeat(65_535);
  for (const topic of ["a", "/", "//", " ", "a/b", "/a", "a/", "$SYS/x", "é/😀", "\ufeff", a]) {
    assert.equal(faultOfTopic(topic), undefined, topic.slice(0, 20));
  }
});

test("refuses illegal topics with the statement", () => {
  const illegal: readonly (readonly [string, string])[] = [
    ["", "MQTT-4.7.3-1"],
    ["+", "MQTT-4.7.1-1"],
    ["a/#", "MQTT-4.7.1-1"],
    ["a+b", "MQTT-4.7.1-1"],
    ["a\0b", "MQTT-4.7.3-2"],
    ["a/\ud800", "MQTT-1.5.3-1"],
    ["\udc00", "MQTT-1.5.3-1"],
    ["a".repeat(65_536), "MQTT-4.7.3-3"],
    ["é".repeat(32_768), "MQTT-4.7.3-3"],
  ];
  for (const [topic, statement] of illegal) {
    assert.equal(faultOfTopic(topic)?.statement, statement, topic.slice(0, 20));
  }
});

test("takes legal filters", () => {
  const legal = ["#", "+", "/", "/#", "/+", "+/", "+/+", "+/#", "a/+/b/#", "a//#", "$SYS/#", "a b"];
  for (const filter of legal) assert.equal(faultOfFilter(filter), undefined, filter);
});

test("refuses illegal filters with the statement", () => {
  const illegal: readonly (readonly [string, string])[] = [
    ["", "MQTT-4.7.3-1"],
    ["##", "MQTT-4.7.1-2"],
    ["a#", "MQTT-4.7.1-2"],
    ["#/a", "MQTT-4.7.1-2"],
    ["a/#/b", "MQTT-4.7.1-2"],
    ["a/b#", "MQTT-4.7.1-2"],
    ["a/#b", "MQTT-4.7.1-2"],
    ["#/#", "MQTT-4.7.1-2"],
    ["+#", "MQTT-4.7.1-2"],
    ["++", "MQTT-4.7.1-3"],
    ["a+", "MQTT-4.7.1-3"],
    ["+a", "MQTT-4.7.1-3"],
    ["a/+b", "MQTT-4.7.1-3"],
    ["a/b+/c", "MQTT-4.7.1-3"],
    ["+/+/a+/#", "MQTT-4.7.1-3"],
    ["a\0", "MQTT-4.7.3-2"],
    ["+/\udfff", "MQTT-1.5.3-1"],
    ["é".repeat(32_768), "MQTT-4.7.3-3"],
  ];
  for (const [filter, statement] of illegal) {
    assert.equal(faultOfFilter(filter)?.statement, statement, filter.slice(0, 20));
  }
});

test("matches a/b/c/d as the course says", () => {
  const course = ["a/b/c/d", "+/b/c/d", "a/+/c/d", "a/+/+/d", "+/+/+/+"];
  course.push("#", "a/#", "a/b/#", "a/b/c/#", "+/b/c/#");
  for (const filter of course) assert.equal(matches(filter, "a/b/c/d"), true, filter);
  for (const filter of ["a/b/c", "b/+/c/d", "+/+/+", "a/b/c/d/e", "a/c/#", "A/b/c/d", "+"]) {
    assert.equal(matches(filter, "a/b/c/d"), false, filter);
  }
  assert.equal(matches("sensors/+/temperature/+", "sensors/kitchen/temperature/HDD0"), true);
  assert.equal(matches("sensors/+/temperature/+", "sensors/kitchen/humidity/HDD0"), false);
  assert.equal(matches("sensors/+/temperature/+", "sensors/kitchen/temperature"), false);
});

test("knows parents, empty levels, case, the $ rule and shares", () => {
  const cases: readonly (readonly [filter: string, topic: string, expected: boolean])[] = [
    ["a/#", "a", true],
    ["a/#", "ab", false],
    ["a/#", "a/", true],
    ["a/b/#", "a", false],
    ["+/#", "a", true],
    ["/#", "/", true],
    ["/#", "a", false],
    ["#", "$SYS/x", false],
    ["+/x", "$SYS/x", false],
    ["+/#", "$SYS", false],
    ["$SYS/#", "$SYS", true],
    ["$SYS/#", "$SYS/x", true],
    ["$SYS/+", "$SYS/x", true],
    ["a/+", "a/$SYS", true],
    ["a/+", "a/", true],
    ["a/+", "a", false],
    ["a/+/b", "a//b", true],
    ["+/+", "/a", true],
    ["/+", "/a", true],
    ["+", "/a", false],
    ["+", "a", true],
    ["a/b", "a/b/c", false],
    ["#", "a", true],
    ["#", "/", true],
    ["a", "A", false],
    ["é", "e\u0301", false],
    ["$share/g/a/+", "a/b", true],
    ["$share/g/#", "a/b", true],
    ["$share/g/#", "$SYS/x", false],
    ["$share/g/a", "$share/g/a", false],
  ];
  for (const [filter, topic, expected] of cases) {
    assert.equal(matches(filter, topic), expected, `${filter} ~ ${topic}`);
  }
});

test("takes a share without group or filter for an ordinary filter", () => {
  for (const filter of ["$share", "$share/", "$share/g", "$share/g/", "$share//a", "a/$share/b"]) {
    assert.equal(localFilterOf(filter), filter);
  }
  assert.equal(localFilterOf("$share/g//"), "/");
});

test("warns of what the course calls bad practice, with the reason", () => {
  const cases: readonly (readonly [text: string, ...warnings: RegExp[]])[] = [
    ["airpair/kitchen/reading"],
    ["airpair/+/#"],
    ["$SYS/broker/uptime"],
    ["#", /every message/],
    ["/airpair", /leading slash/],
    ["my board/x", /spaces/],
    ["küche/luft", /ASCII/],
    ["a\tb", /print/],
    ["a\u200bb", /print/],
    ["a\u00a0b", /print/],
    ["a\ufeffb", /print/],
    ["a".repeat(129), /longer than 128/],
    ["/ü b", /leading slash/, /spaces/, /ASCII/],
  ];
  for (const [text, ...expected] of cases) {
    const warnings = warningsOf(text);
    assert.equal(warnings.length, expected.length, `${text}: ${warnings.join(" | ")}`);
    expected.forEach((pattern, i) => {
      assert.match(warnings[i] ?? "", pattern);
    });
  }
});
