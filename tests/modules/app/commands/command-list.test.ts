// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { boardCommands } from "../../../../modules/app/commands/command-list.ts";
import { version } from "../../../../modules/base/version.ts";
import { CommandBench } from "../../../support/command-bench.ts";

const reading = {
  co2: 612,
  voc: 32,
  pressure: 101_325,
  pressureTemperature: 23,
  temperature: undefined,
  humidityPercent: undefined,
  ticks: 0,
};

test("help tells of every command, and each can say how it is used", () => {
  const bench = new CommandBench();
  const list = bench.run("help");
  for (const { name, help } of boardCommands) {
    assert.ok(list.includes(help), name);
    assert.match(bench.run(`help ${name}`), new RegExp(`^usage: ${name}`));
  }
  const names = boardCommands.map(({ name }) => name);
  assert.deepEqual(names, [
    "status",
    "readings",
    "wifi",
    "portal",
    "ccs811",
    "co2",
    "i2c",
    "mqtt",
    "pair",
    "pairs",
    "unpair",
    "ask",
    "webhook",
    "platform",
    "on",
    "rules",
    "get",
    "set",
    "reset",
    "log",
    "stats",
    "js",
    "time",
    "sleep",
    "update",
    "reboot",
    "version",
  ]);
});

test("every command names a word that it cannot take, and how it is used", () => {
  const bench = new CommandBench();
  const cases: [string, RegExp][] = [
    ["status now", /^error: "now" is too much; usage: status$/],
    ["readings all", /^error: readings does not know "all"; usage: readings \[follow \| stop\]$/],
    ["readings follow 5", /^error: "5" is too much; usage: readings/],
    ["i2c", /^error: i2c takes scan, read or write; usage: i2c scan \| read \| write$/],
    ["i2c dump", /^error: i2c does not know "dump"; usage: i2c scan \| read \| write$/],
    ["i2c scan 0x50", /^error: "0x50" is too much; usage: i2c scan$/],
    [
      "mqtt leave",
      /^error: mqtt does not know "leave"; usage: mqtt status \| connect \| pub \| sub \| unsub$/,
    ],
    ["mqtt status x", /^error: "x" is too much/],
    ["mqtt connect x", /^error: "x" is too much/],
    [
      "mqtt pub",
      /^error: pub needs a topic and a text; usage: mqtt pub \[-q 0\|1\|2\] \[-r\] TOPIC TEXT$/,
    ],
    ["mqtt sub", /^error: sub needs a topic; usage: mqtt sub \[-q 0\|1\|2\] FILTER$/],
    ["mqtt sub a b", /^error: "b" is too much/],
    ["mqtt unsub", /^error: unsub needs a topic; usage: mqtt unsub FILTER$/],
    ["get a b", /^error: "b" is too much; usage: get \[NAME\]$/],
    ["set", /^error: set needs a name and a value; usage: set NAME VALUE$/],
    ["set wifi.ssid", /^error: set wifi\.ssid needs a value, "" for an empty one; usage: set/],
    ["reset", /^error: reset needs a name, or all; usage: reset NAME \| all$/],
    ["log", /^error: log takes level or show; usage: log level \| show$/],
    ["log file", /^error: log does not know "file"; usage: log level \| show$/],
    [
      "log level loud",
      /^error: there is no level "loud"; usage: log level \[error \| warn \| info \| debug\]$/,
    ],
    ["log show 5", /^error: log show does not know "5"; usage: log show \[before\]$/],
    ["log show before 5", /^error: "5" is too much/],
    ["stats all", /^error: "all" is too much; usage: stats$/],
    ["js", /^error: js needs an expression; usage: js EXPRESSION$/],
    ["time set", /^error: "set" is too much; usage: time$/],
    ["reboot now", /^error: "now" is too much; usage: reboot$/],
    ["version 2", /^error: "2" is too much; usage: version$/],
  ];
  for (const [line, answer] of cases) assert.match(bench.run(line), answer, line);
  bench.network.time.advance(10_000);
  assert.deepEqual(bench.done, []);
  assert.equal(bench.store.writes, 0);
});

test("status, stats, time and version tell what they are asked for", () => {
  const bench = new CommandBench();
  bench.network.time.advance(5_000);
  assert.match(
    bench.run("status"),
    /^board board, up \d+ s\nwifi online\nmqtt online at mqtt:\/\/broker\.test:1883 for 5 s\nccs811 measuring$/,
  );
  assert.match(
    bench.run("stats"),
    /^up \d+ s\nreadings published 7\nconsole lines lost 0\nmqtt attempts 1, connects 1/,
  );
  assert.match(bench.run("time"), /^not set, up \d+ s\n/);
  const { time } = bench.network;
  time.set(Date.UTC(2026, 10, 25, 12));
  assert.match(bench.run("time"), /^2026-11-25T12:00:00\.000Z, up \d+ s\n/);
  assert.equal(bench.run("version"), `airpair ${version}`);
});

test("without a broker the commands say so", () => {
  const bench = new CommandBench({ offline: true });
  assert.match(bench.run("status"), /mqtt off: mqtt\.broker is not set/);
  assert.equal(bench.run("mqtt"), "off: mqtt.broker is not set");
  for (const line of ["mqtt pub a b", "mqtt sub a", "mqtt connect"]) {
    assert.equal(bench.run(line), "error: there is no MQTT session: mqtt.broker is not set");
  }
  assert.equal(bench.run("stats").includes("mqtt"), false);
});

test("readings shows the last one, and follows them whatever the level", () => {
  const bench = new CommandBench({ given: { "log.level": "error" } });
  assert.equal(bench.run("readings"), "no reading yet");
  bench.reading = reading;
  assert.match(bench.run("readings"), /^co2 612 ppm {2}voc 32 ppb/);
  assert.match(bench.run("readings follow"), /Ctrl-C or readings stop ends that/);
  assert.equal(bench.run("readings stop"), "readings are shown as log.level says");
  bench.port.type("readings follow\n");
  bench.port.type("\x03");
  assert.deepEqual(bench.done, []);
  bench.port.type("readings follow\nreadings stop\n\x03");
  assert.deepEqual(bench.done, ["quit"]);
});

test("the log level is changed until the next start, and the last lines are shown", () => {
  const bench = new CommandBench();
  assert.equal(bench.run("log level"), "info");
  assert.equal(bench.run("log level warn"), "warn, until the next start");
  assert.equal(bench.run("log level"), "warn");
  assert.equal(bench.store.writes, 0);
  assert.equal(bench.run("log show"), "nothing was logged yet");
  bench.log("info", "first");
  bench.network.time.advance(1_000);
  bench.log("warn", "second");
  assert.match(
    bench.run("log show"),
    /^ +\d+\.\d s {2}wifi {5}first\n +\d+\.\d s {2}wifi {5}warning: second$/,
  );
  assert.equal(bench.port.output, "wifi     warning: second\r\n");
});

test("i2c scan answers when it has ended", () => {
  const bench = new CommandBench();
  bench.port.type("i2c scan\n");
  bench.network.time.advance(1);
  assert.match(bench.port.output, /> i2c scan\r\nscanning\r\n[^\n]*0x5a CCS811\r\n/);
});

test("reboot answers first, then says goodbye, then starts again", () => {
  const bench = new CommandBench();
  assert.equal(bench.run("reboot"), "starting again");
  assert.deepEqual(bench.done, []);
  bench.network.time.advance(1_000);
  assert.deepEqual(bench.done, ["close", "restart: reboot command"]);
});

test("typed commands reach the board, and Ctrl-C on an empty line leaves it", () => {
  const bench = new CommandBench();
  bench.port.type("version\r");
  assert.ok(bench.port.output.includes(`airpair ${version}\r\n`));
  bench.port.type("\x03");
  assert.deepEqual(bench.done, ["quit"]);
});
