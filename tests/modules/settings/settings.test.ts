// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { type BoardSettings, settingList } from "../../../modules/app/setting-list.ts";
import { Settings } from "../../../modules/settings/settings.ts";
import { SettingsStore } from "../../../modules/settings/settings-store.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";

function build(given: Record<string, unknown> = {}, store = new MemoryKeyValue()): BoardSettings {
  return new Settings({ list: settingList, store, given });
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

test("a stored value that the rules do not allow falls back to the default and is told", () => {
  const store = new MemoryKeyValue();
  store.write("mqtt.keepalive", new TextEncoder().encode("never"));
  const settings = build({}, store);
  assert.equal(settings.get("mqtt.keepalive"), 60);
  assert.match(
    settings.problems.join(),
    /stored value refused, kept for a later firmware: mqtt\.keepalive/,
  );
});

test("a store that fails leaves the old value in force", () => {
  const store = new MemoryKeyValue();
  const settings = build({}, store);
  settings.set("board.name", "old");
  store.failAt = 0;
  assert.throws(() => settings.set("board.name", "new"), /could not be stored: store is broken/);
  assert.equal(settings.get("board.name"), "old");
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

test("a change says when it holds", () => {
  const settings = build({ "mqtt.root": "lab" });
  const changed: string[] = [];
  settings.subscribe({
    settingChanged: (name) => changed.push(`${name} ${settings.get("log.level")}`),
  });
  assert.equal(settings.set("log.level", "debug"), "now");
  assert.equal(settings.reset("log.level"), "now");
  assert.equal(settings.set("board.name", "hall"), "restart");
  assert.deepEqual(changed, ["log.level debug", "log.level info"]);
});

test("a given value stays in force over what is stored later, and the change says so", () => {
  const store = new MemoryKeyValue();
  const settings = build({ "log.level": "warn" }, store);
  settings.subscribe({ settingChanged: () => assert.fail("nothing has changed") });
  assert.equal(settings.set("log.level", "debug"), "given");
  assert.equal(settings.get("log.level"), "warn");
  assert.equal(settings.originOf("log.level"), "given");
  assert.equal(build({}, store).get("log.level"), "debug");
});

test("a reset brings back the default, of one setting or of all", () => {
  const store = new MemoryKeyValue();
  const settings = build({}, store);
  settings.set("board.name", "hall");
  settings.set("mqtt.qos", 2);
  settings.set("log.level", "debug");
  assert.equal(settings.originOf("board.name"), "stored");
  settings.reset("board.name");
  assert.equal(settings.originOf("board.name"), "default");
  const changed: string[] = [];
  settings.subscribe({ settingChanged: (name) => changed.push(name) });
  settings.resetAll();
  assert.deepEqual(changed, ["log.level"]);
  const next = build({}, store);
  assert.equal(next.get("board.name"), "office_sensor");
  assert.equal(next.get("mqtt.qos"), 1);
  assert.throws(() => settings.reset("no.such"), /there is no setting "no.such"; get lists them/);
});

test("a secret is shown as asterisks, wherever it comes from, and an empty one as empty", () => {
  const settings = build({ "wifi.password": "given-secret" });
  assert.equal(settings.textOf("wifi.password"), "********");
  assert.equal(settings.textOf("mqtt.password"), "(empty)");
  settings.set("mqtt.password", "stored-secret");
  assert.equal(settings.textOf("mqtt.password"), "********");
  assert.equal(settings.textOf("mqtt.keepalive"), "60");
  assert.equal(settings.textOf("board.id"), "(empty)");
});

test("several values are stored in one write, hold at once, and are refused together", () => {
  const store = new MemoryKeyValue();
  const settings = build({}, store);
  settings.set("board.name", "hall");
  const { writes } = store;
  settings.apply([
    ["board.name", "attic"],
    ["publish.interval", 30],
  ]);
  assert.equal(store.writes, writes + 1);
  assert.equal(settings.isWaiting("board.name"), false);
  assert.equal(build({}, store).get("publish.interval"), 30);
  const refused = () => {
    settings.apply([
      ["board.name", "cellar"],
      ["publish.interval", 0],
    ]);
  };
  assert.throws(refused, /publish\.interval takes a whole number/);
  store.failAt = store.writes;
  assert.throws(() => settings.apply([["board.name", "cellar"]]), /could not be stored/);
  assert.equal(settings.get("board.name"), "attic");
  assert.equal(build({}, store).get("board.name"), "attic");
});

test("values that belong together are stored in one write, and tried together", () => {
  const store = new MemoryKeyValue();
  const settings = build({}, store);
  const taken: string[] = [];
  const taker = {
    names: ["mqtt.broker", "mqtt.user"],
    isUsable: true,
    take() {
      taken.push(`${settings.get("mqtt.broker")} ${settings.get("mqtt.user")}`);
      return this.isUsable;
    },
  };
  const together = (broker: string, user: string) =>
    settings.setTogether([
      ["mqtt.broker", broker],
      ["mqtt.user", user],
    ]);
  settings.set("board.name", "hall");
  const { writes } = store;
  assert.equal(together("mqtt://a", "u"), "restart");
  assert.equal(store.writes, writes + 1);
  assert.equal(together("", ""), "now");
  settings.use(taker);
  assert.equal(together("mqtt://b", "v"), "tried");
  assert.deepEqual(taken, ["mqtt://b v"]);
  assert.equal(settings.isWaiting("mqtt.user"), false);
  taker.isUsable = false;
  assert.equal(together("mqtt://c", "w"), "restart");
  assert.deepEqual(taken, ["mqtt://b v", "mqtt://c w"]);
  assert.equal(settings.isWaiting("mqtt.broker"), true);
  settings.subscribe({
    settingChanged() {},
    refuses: (name) => (name === "mqtt.user" ? "no" : undefined),
  });
  assert.throws(() => together("mqtt://d", "x"), /mqtt\.user no/);
  assert.equal(build({}, store).get("mqtt.broker"), "mqtt://c");
});

test("a value that is stored already is not written once more", () => {
  const store = new MemoryKeyValue();
  const settings = build({}, store);
  assert.equal(settings.set("publish.interval", "30"), "restart");
  const { writes } = store;
  assert.equal(settings.set("publish.interval", 30), "restart");
  assert.equal(store.writes, writes);
  settings.set("publish.interval", 31);
  assert.equal(store.writes, writes + 1);
  assert.equal(build({}, store).get("publish.interval"), 31);
});

/** What is stored, as a firmware that knows these names would. */
function storeOf(values: Readonly<Record<string, string>>): MemoryKeyValue {
  const store = new MemoryKeyValue();
  new SettingsStore(store).save(new Map(Object.entries(values)));
  return store;
}

function storedIn(store: MemoryKeyValue): Record<string, string> {
  return Object.fromEntries(new SettingsStore(store).load().values);
}

test("what a later firmware has stored outlives the changes of an older one, and is told", () => {
  const store = storeOf({ "later.thing": "x=1", "mqtt.qos": "7", "board.name": "hall" });
  const settings = build({}, store);
  assert.equal(settings.get("mqtt.qos"), 1);
  assert.equal(settings.problems.length, 2);
  assert.match(
    settings.problems.join("\n"),
    /kept for a later firmware: there is no setting "later\.thing"/,
  );
  settings.set("board.name", "kitchen");
  settings.reset("board.name");
  settings.apply([["board.id", "b"]]);
  assert.deepEqual(storedIn(store), { "later.thing": "x=1", "mqtt.qos": "7", "board.id": "b" });
  build({}, store).set("board.name", "attic");
  assert.equal(storedIn(store)["later.thing"], "x=1");
});

test("a stored value that was not understood gives way to a new one, and to a reset", () => {
  const store = storeOf({ "mqtt.qos": "7", "publish.voc": "many", "later.thing": "x" });
  build({}, store).set("mqtt.qos", 2);
  assert.deepEqual(storedIn(store), { "mqtt.qos": "2", "publish.voc": "many", "later.thing": "x" });
  build({}, store).reset("publish.voc");
  assert.deepEqual(storedIn(store), { "mqtt.qos": "2", "later.thing": "x" });
  build({}, store).resetAll();
  assert.deepEqual(storedIn(store), {});
});

test("a value that was refused is told as such when it was set by nobody but the build", () => {
  const settings = build({ "later.thing": "x" });
  assert.match(settings.problems.join("\n"), /^given value refused: there is no setting/);
  settings.set("board.name", "hall");
});
