// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { secretIn } from "../../../../modules/app/commands/settings-commands.ts";
import { settingList } from "../../../../modules/app/setting-list.ts";
import { Settings } from "../../../../modules/settings/settings.ts";
import { certificateTexts } from "../../../fixtures/certificates.ts";
import { CommandBench } from "../../../support/command-bench.ts";

test("get lists every setting with its value and where it comes from", () => {
  const bench = new CommandBench({ given: { "board.id": "kitchen" } });
  bench.run("set board.name hall");
  const lines = bench.run("get").split("\n");
  assert.equal(lines.length, Object.keys(settingList).length);
  const lineOf = (name: string) => lines.find((line) => line.startsWith(`${name} `));
  assert.match(lineOf("board.id") ?? "", /^board\.id +\x3d kitchen \(given\)$/);
  assert.match(lineOf("board.name") ?? "", /= hall \(stored\), after a reboot$/);
  assert.match(lineOf("mqtt.keepalive") ?? "", /= 60$/);
  assert.match(lineOf("wifi.ssid") ?? "", /= \(empty\)$/);
});

test("get with a name tells what the setting is for and what it takes", () => {
  const bench = new CommandBench();
  assert.equal(
    bench.run("get mqtt.keepalive"),
    "mqtt.keepalive = 60 (default)\nlongest silence before the link is tested\ntakes 5 to 3600 s; default 60",
  );
  assert.match(bench.run("get console.format"), /takes text, json; default text$/);
  assert.match(bench.run("get wifi.ssid"), /takes text, at most 32 bytes; default \(empty\)$/);
  assert.equal(bench.run("get no.such"), 'error: there is no setting "no.such"; get lists them');
});

test("a long value is shown whole only when it is asked for by name", () => {
  const user = "u".repeat(128);
  const bench = new CommandBench({ given: { "mqtt.user": user } });
  assert.ok(bench.run("get").includes(`= ${"u".repeat(64)}… (given)\n`));
  assert.ok(bench.run("get mqtt.user").startsWith(`mqtt.user = ${user} (given`));
});

test("set stores a value, with its spaces, and says when it holds", () => {
  const bench = new CommandBench();
  assert.equal(bench.run("set log.level debug"), "log.level = debug");
  assert.equal(bench.run("set wifi.ssid  My  Home "), "wifi.ssid = My  Home, after a reboot");
  assert.equal(bench.run('set board.name " x "'), "board.name =  x , after a reboot");
  assert.equal(bench.run('set wifi.ssid ""'), "wifi.ssid = (empty)");
  const next = new Settings({ list: settingList, store: bench.store, given: {} });
  assert.equal(next.get("board.name"), " x ");
  assert.equal(next.get("wifi.ssid"), "");
});

test("a certificate is pasted as PEM behind set mqtt.ca <<, two of them too, and not shown whole", () => {
  const bench = new CommandBench();
  const pem = (text: string) => {
    const lines = text.replace(/\s/g, "").match(/.{1,64}/g) ?? [];
    return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----"];
  };
  const lines = [...pem(certificateTexts.root), ...pem(certificateTexts.leaf)];
  bench.port.type("set mqtt.ca <<\r");
  for (const line of lines) bench.port.type(`${line}\r`);
  bench.port.output = "";
  bench.port.type(".\r");
  const length = lines.join("").length;
  assert.match(
    bench.port.output,
    new RegExp(
      `mqtt\\.ca = -----BEGIN CERTIFICATE-----.{37}… \\(${length} characters\\), after a reboot`,
    ),
  );
  const next = new Settings({ list: settingList, store: bench.store, given: {} });
  assert.equal(next.get("mqtt.ca"), lines.join(""));
});

test("a private key that is pasted is never seen", () => {
  const bench = new CommandBench();
  bench.port.type("set mqtt.key <<\r-----BEGIN PRIVATE KEY-----\rTUlJ");
  bench.port.type("Qg==\r-----END PRIVATE KEY-----\r.\r\x1b[A\x1b[A");
  assert.doesNotMatch(bench.port.output, /PRIVATE|TUlJ|Qg/);
  assert.match(bench.port.output, /error: mqtt\.key takes one private key/);
});

test("a level that is set is in force at once", () => {
  const bench = new CommandBench();
  bench.run("set log.level error");
  assert.equal(bench.run("log level"), "error");
  bench.run("reset log.level");
  assert.equal(bench.run("log level"), "info");
});

test("a level by command holds while other settings are changed, until log.level itself is", () => {
  const bench = new CommandBench();
  bench.run("log level warn");
  for (const line of [
    "set console.echo off",
    "set console.format text",
    "reset console.echo",
    "set board.name hall",
    "reset all",
  ]) {
    bench.run(line);
    assert.equal(bench.run("log level"), "warn", line);
  }
  bench.run("set console.echo off");
  bench.port.type("version\r");
  assert.equal(bench.port.output.includes(">"), false, "the other setting holds");
  bench.run("set log.level info");
  assert.equal(bench.run("log level"), "info");
  bench.run("log level error");
  bench.run("reset log.level");
  assert.equal(bench.run("log level"), "info");
  bench.run("set log.level debug");
  bench.run("log level error");
  bench.run("reset all");
  assert.equal(bench.run("log level"), "info");
});

test("set tells honestly that a given value stays in force", () => {
  const bench = new CommandBench({
    given: { "mqtt.root": "lab", "wifi.password": "given-secret" },
  });
  assert.equal(
    bench.run("set mqtt.root home"),
    "stored, but mqtt.root stays lab while the build or the command line gives it",
  );
  assert.equal(
    bench.run("set wifi.password other-secret"),
    "stored, but wifi.password stays ******** while the build or the command line gives it",
  );
});

test("what is refused names the rule in one line, and nothing changes", () => {
  const bench = new CommandBench();
  assert.equal(
    bench.run("set mqtt.keepalive 1"),
    "error: mqtt.keepalive takes a whole number from 5 to 3600 s; kept as it was",
  );
  assert.match(bench.run("set no.such 1"), /^error: there is no setting "no\.such"/);
  assert.match(bench.run("set wifi.password short"), /^error: wifi\.password takes 8 to 63 bytes/);
  assert.equal(bench.store.writes, 0);
  bench.store.failAt = 0;
  assert.match(bench.run("set board.name hall"), /^error: board\.name could not be stored/);
  assert.match(bench.run("get board.name"), /^board\.name = office_sensor \(default\)\n/);
});

test("reset brings back one default, or all", () => {
  const bench = new CommandBench();
  bench.run("set board.name hall");
  bench.run("set mqtt.qos 2");
  assert.equal(bench.run("reset board.name"), "board.name = office_sensor");
  assert.equal(
    bench.run("reset all"),
    "nothing is stored any more; the defaults hold after a reboot",
  );
  const next = new Settings({ list: settingList, store: bench.store, given: {} });
  assert.equal(next.get("mqtt.qos"), 1);
});

test("reset all deletes what the other parts have stored, as a factory reset", () => {
  const bench = new CommandBench();
  for (const path of ["mqtt", "wifi", "baseline"]) {
    bench.domain(path).write("key", new Uint8Array([1]));
  }
  bench.run("reset all");
  for (const path of ["mqtt", "wifi", "baseline"]) {
    assert.deepEqual([...bench.domain(path)], [], path);
  }
});

test("a setting that is set back to what it was waits for no reboot", () => {
  const bench = new CommandBench();
  bench.run("set board.name hall");
  assert.equal(bench.run("set board.name office_sensor"), "board.name = office_sensor");
  assert.match(bench.run("get board.name"), /^board\.name = office_sensor \(stored\)\n/);
});

test("a secret is shown by no command, and never on the console", () => {
  const bench = new CommandBench();
  bench.port.type(
    "set wifi.password hunter22\r\x1b[A\rget\rget wifi.password\rlog show\rhelp set\r",
  );
  assert.equal(bench.settings.get("wifi.password"), "hunter22");
  assert.equal(bench.port.output.includes("hunter"), false);
  assert.match(bench.port.output, /wifi\.password = \*{8} \(stored\)/);
});

test("only the value of a secret setting is concealed", () => {
  assert.equal(secretIn("set wifi.password abc"), 18);
  assert.equal(secretIn("  set  mqtt.password   abc"), 23);
  assert.equal(secretIn("set mqtt.broker mqtt://u:p@h"), 16);
  for (const line of ["set wifi.ssid abc", "get wifi.password", "set", "", "x wifi.password y"]) {
    assert.equal(secretIn(line), line.length, line);
  }
});

test("tab knows the settings, and the words that one takes", () => {
  const { commander } = new CommandBench();
  assert.deepEqual(commander.complete("set console.f"), ["console.format"]);
  assert.deepEqual(commander.complete("set console.format "), ["text", "json"]);
  assert.deepEqual(commander.complete("set wifi.ssid "), []);
  assert.deepEqual(commander.complete("get time"), ["time.server"]);
  assert.deepEqual(commander.complete("reset a"), ["all"]);
  assert.deepEqual(commander.complete("mqtt s"), ["status", "sub"]);
  assert.deepEqual(commander.complete("log level w"), ["warn"]);
  assert.deepEqual(commander.complete("log "), ["level", "show"]);
  assert.deepEqual(commander.complete("readings f"), ["follow"]);
});
