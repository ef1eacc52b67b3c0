// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { settingList } from "../../../modules/settings/setting-list.ts";
import { Settings } from "../../../modules/settings/settings.ts";
import { SettingsError } from "../../../modules/settings/settings-error.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";

function build(given: Record<string, unknown> = {}, store = new MemoryKeyValue()): Settings {
  return new Settings({ store, given });
}

test("a setting that nobody gave has its default", () => {
  const settings = build();
  assert.equal(settings.get("mqtt.root"), "airpair");
  assert.equal(settings.get("mqtt.keepalive"), 60);
  assert.deepEqual(settings.problems, []);
});

test("every default but the empty one passes its own rule", () => {
  const settings = build();
  for (const [name, { default: value }] of Object.entries(settingList)) {
    if (value !== "") settings.set(name, value);
  }
  assert.equal(settings.get("console.format"), "text");
});

test("a stored value outlives the object, a given one wins over it", () => {
  const store = new MemoryKeyValue();
  build({}, store).set("board.name", "kitchen");
  build({}, store).set("publish.interval", "30");
  assert.equal(build({}, store).get("board.name"), "kitchen");
  assert.equal(build({}, store).get("publish.interval"), 30);
  assert.equal(build({ "board.name": "hall" }, store).get("board.name"), "hall");
});

test("a value that is not allowed names the rule and changes nothing", () => {
  const cases: [string, unknown, RegExp][] = [
    ["publish.interval", "0", /whole number from 1 to 3600 s/],
    ["publish.interval", "1.5", /whole number/],
    ["publish.interval", "", /whole number/],
    ["publish.interval", null, /whole number/],
    ["board.id", "a/b", /without spaces, \//],
    ["board.id", "$SYS", /not starting with \$/],
    ["board.id", "x".repeat(33), /at most 32 characters/],
    ["board.id", "küche", /printable ASCII/],
    ["board.name", "a\nb", /printable characters/],
    ["mqtt.root", "/air", /outer slashes/],
    ["mqtt.root", "", /must not be empty/],
    ["mqtt.root", "a/#", /without spaces/],
    ["mqtt.broker", "http://host", /mqtt:\/\/host:port/],
    ["mqtt.broker", "mqtt://", /mqtt:\/\/host:port/],
    ["wifi.address", "192.168.1", /address like 192\.168\.1\.20/],
    ["wifi.address", "192.168.1.256", /address like/],
    ["wifi.dns", "192.168.1.1, dns", /comma separated/],
    ["wifi.reboot", "1441", /0 to 1440 min/],
    ["console.format", "xml", /one of text, json/],
    ["wifi.ssid", 5, /takes text/],
    ["no.such", "1", /there is no setting "no.such"/],
  ];
  for (const [name, value, rule] of cases) {
    const store = new MemoryKeyValue();
    const settings = build({}, store);
    assert.throws(
      () => settings.set(name, value),
      (error) => error instanceof SettingsError && rule.test(error.message),
      `${name} = ${value}`,
    );
    assert.equal(store.writes, 0);
  }
});

test("a given value that is refused is told, and the default holds", () => {
  const settings = build({ "publish.interval": 0, "no.such": 1 });
  assert.equal(settings.get("publish.interval"), 1);
  assert.equal(settings.problems.length, 2);
  assert.match(settings.problems.join("\n"), /publish\.interval takes a whole number/);
});

test("a refused secret is not repeated", () => {
  const settings = build({ "wifi.password": "s3cret\n" });
  assert.match(settings.problems.join(), /wifi\.password takes printable characters/);
  assert.ok(!settings.problems.join().includes("s3cret"));
});

test("a stored value that is damaged falls back to the default and is told", () => {
  const store = new MemoryKeyValue();
  store.write("mqtt.keepalive", new TextEncoder().encode("never"));
  const settings = build({}, store);
  assert.equal(settings.get("mqtt.keepalive"), 60);
  assert.match(settings.problems.join(), /stored value refused: mqtt\.keepalive/);
});

test("a store that fails leaves the old value in force", () => {
  const store = new MemoryKeyValue();
  const settings = build({}, store);
  settings.set("board.name", "old");
  store.failAt = 0;
  assert.throws(() => settings.set("board.name", "new"), /could not be stored: store is broken/);
  assert.equal(settings.get("board.name"), "old");
});

test("the storage keys of all settings differ within the 15 characters that NVS allows", () => {
  const keys = Object.keys(settingList).map((name) => name.slice(0, 15));
  assert.equal(new Set(keys).size, keys.length);
});

test("a store that cannot be read is told once, and the defaults hold", () => {
  const store = new MemoryKeyValue();
  store.read = () => {
    throw new Error("flash is broken");
  };
  const settings = build({ "board.name": "hall" }, store);
  assert.deepEqual(settings.problems, [
    "stored settings cannot be read: flash is broken; defaults hold",
  ]);
  assert.equal(settings.get("board.name"), "hall");
});
