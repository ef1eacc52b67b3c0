// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { jsScope } from "../../../../modules/app/commands/js-command.ts";
import { remoteRefusal } from "../../../../modules/app/remote/remote-rules.ts";
import { settingList } from "../../../../modules/app/setting-list.ts";
import type { Setting } from "../../../../modules/base/setting.ts";
import { CommandBench } from "../../../support/command-bench.ts";

const reading = {
  co2: 612,
  voc: 32,
  pressure: 101_325,
  pressureTemperature: 23,
  temperature: 22.5,
  humidityPercent: 40,
  ticks: 0,
};

test("js shows the value of an expression, also of one with spaces, quotes and a comment", () => {
  const bench = new CommandBench();
  const cases: [string, string][] = [
    ["js 6 * 7", "42"],
    ['js  "a  b"', '"a  b"'],
    ["js {a: 1}", "{a: 1}"],
    ["js 1 // one", "1"],
    ["js undefined", "undefined"],
    ["js [1, 2].map((n) => n * 2)", "[2, 4]"],
  ];
  for (const [line, answer] of cases) assert.equal(bench.run(line), answer, line);
});

test("js knows the board, its readings, settings, network and session", () => {
  const bench = new CommandBench();
  assert.equal(bench.run("js readings"), "undefined");
  bench.reading = reading;
  assert.equal(bench.run("js readings.co2 + readings.voc"), "644");
  assert.equal(bench.run("js board.id + board.host"), '"boardtest"');
  assert.equal(bench.run('js settings.get("mqtt.qos")'), "1");
  assert.equal(bench.run('js settings.get("board.name")'), '"office_sensor"');
  assert.equal(bench.run("js wifi.state"), '"online"');
  assert.equal(bench.run("js mqtt.state"), '"online"');
  assert.equal(bench.run("js mqtt.counters.connects"), "1");
  const { published } = bench.session?.counters ?? {};
  assert.equal(bench.run('js mqtt.publish("a", 5)'), "true");
  assert.equal(bench.session?.counters.published, (published ?? 0) + 1);
  assert.equal(new CommandBench({ offline: true }).run("js mqtt"), "undefined");
});

test("what an expression changes in its names changes nothing on the board", () => {
  const bench = new CommandBench();
  bench.reading = reading;
  bench.run("js readings.co2 = 1");
  bench.run("js mqtt.counters.connects = 99");
  bench.run("js settings.get = 1");
  assert.equal(bench.reading.co2, 612);
  assert.equal(bench.session?.counters.connects, 1);
  assert.equal(bench.run('js settings.get("mqtt.qos")'), "1");
});

test("what goes wrong is one line, and the board goes on", () => {
  const bench = new CommandBench();
  const cases: [string, RegExp][] = [
    ["js", /^error: js needs an expression; usage: js EXPRESSION$/],
    ["js 1 +", /^error: SyntaxError: [^\n]+$/],
    ["js let x = 1", /^error: SyntaxError: [^\n]+$/],
    ["js missing", /^error: ReferenceError: [^\n]*missing[^\n]*$/],
    ["js x = 1", /^error: ReferenceError: [^\n]+$/],
    ["js null.x", /^error: TypeError: [^\n]+$/],
    ['js (() => { throw new RangeError("far") })()', /^error: RangeError: far$/],
    ["js (() => { throw { toString() { throw 1 } } })()", /^error: thrown: \{toString: function/],
    ["js (() => { throw undefined })()", /^error: thrown: undefined$/],
    ['js settings.get("no.such")', /^error: SettingsError: there is no setting "no\.such"/],
    ["js settings.get({ toString() { throw 1 } })", /^error: thrown: 1$/],
    ['js mqtt.publish("#", "x")', /^error: MqttError: /],
  ];
  for (const [line, answer] of cases) assert.match(bench.run(line), answer, line);
  assert.equal(bench.run("js 1"), "1");
});

test("a long answer is cut", () => {
  const bench = new CommandBench();
  const answer = bench.run('js Array(5000).fill("x".repeat(50))');
  assert.ok(answer.length < 900 && answer.endsWith("…"), answer);
});

/** Every text that can be reached from a value, without arguments to functions. */
function textsIn(value: unknown, seen = new Set<unknown>()): string[] {
  if (typeof value === "string") return [value];
  const isObject = typeof value === "object" || typeof value === "function";
  if (!isObject || value === null || seen.has(value)) return [];
  seen.add(value);
  const keys = Reflect.ownKeys(value).filter((key) => key !== "caller" && key !== "arguments");
  const members = keys.map((key) => (value as Record<PropertyKey, unknown>)[key]);
  return [...members, Object.getPrototypeOf(value)].flatMap((member) => textsIn(member, seen));
}

test("no secret can be reached through the names", () => {
  const secrets = Object.entries<Setting>(settingList).filter(([, { secret }]) => secret);
  assert.ok(secrets.length >= 4);
  const bench = new CommandBench();
  for (const [name] of secrets) {
    if (name === "mqtt.key" || name.endsWith(".cert-key")) continue;
    const header = name.startsWith("webhook.header");
    const value =
      name === "pair.code" ? "K7QF-2M9X-PD41" : header ? "X-Key: hunter2222" : "hunter2222";
    bench.run(`set ${name} ${value}`);
    assert.equal(bench.run(`js settings.get(${JSON.stringify(name)})`), '"********"', name);
  }
  assert.equal(bench.settings.get("wifi.password"), "hunter2222");
  bench.reading = reading;
  const texts = textsIn(jsScope(bench.view));
  assert.ok(texts.includes("online"));
  assert.equal(
    texts.some((text) => text.includes("hunter")),
    false,
  );
});

test("a build without a parser says so in one line", () => {
  const bench = new CommandBench({ withoutParser: true });
  assert.equal(
    bench.run("js 1"),
    "error: this build has no JavaScript parser; the simulator has one, and a build with the option js",
  );
});

test("js is for the board's own console only", () => {
  assert.ok(remoteRefusal("js 1"));
});
