// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { labNetwork } from "../hosts/virtual/access-points.ts";
import { settingList } from "../modules/app/setting-list.ts";
import { Settings } from "../modules/settings/settings.ts";
import { certificateTexts } from "./fixtures/certificates.ts";
import { MemoryKeyValue } from "./support/memory-key-value.ts";
import { ScriptedBroker } from "./support/scripted-broker.ts";
import { WholeBoard } from "./support/whole-board.ts";

const { SSID, password } = labNetwork;
const wifi = { "wifi.ssid": SSID, "wifi.password": password };
const brokerName = "mqtt.broker";

/** A board that has its broker from its console, and has been on for a while. */
class Changed {
  readonly board: WholeBoard;
  readonly mqtt: ScriptedBroker;

  constructor(given: Readonly<Record<string, unknown>> = {}, address = "mqtt://one.test") {
    this.board = new WholeBoard({ ...wifi, ...given });
    this.mqtt = new ScriptedBroker(this.board.network);
    this.board.powerOn();
    if (address !== "") {
      this.board.ask(`set ${brokerName} ${address}`);
      this.board.powerCycle(1_000);
    }
    this.board.time.advance(20_000);
  }

  /** Answer of the console. */
  ask(line: string): string {
    return this.board.ask(line).join("\n");
  }

  get hosts(): string[] {
    return this.board.network.links.map(({ options }) => String(options.host));
  }
}

test("a broker that is set on the console is used at once, and the reply says so", () => {
  const trial = new Changed();
  assert.deepEqual(trial.hosts, ["one.test"]);
  const answer = trial.ask("set mqtt.broker mqtt://two.test");
  assert.match(answer, /mqtt\.broker = mqtt:\/\/two\.test, tried at once; mqtt status tells how/);
  trial.board.time.advance(1_000);
  assert.deepEqual(trial.hosts, ["one.test", "two.test"]);
  assert.match(trial.ask("mqtt status"), /online at mqtt:\/\/two\.test:1883/);
  assert.doesNotMatch(trial.ask("get mqtt.broker"), /reboot/);
  assert.deepEqual(trial.mqtt.payloads("airpair/airpair-000001/status").slice(-3), [
    "online",
    "offline",
    "online",
  ]);
});

test("a wrong password that is corrected is tried at once, and a broker that cannot be reached is told", () => {
  const trial = new Changed();
  const { mqtt, board } = trial;
  mqtt.returnCode = 4;
  trial.ask("set mqtt.password wrong");
  board.time.advance(5_000);
  assert.match(trial.ask("mqtt status"), /user or password is wrong/);
  mqtt.returnCode = 0;
  assert.match(trial.ask("set mqtt.password right"), /mqtt\.password = \*{8}, tried at once/);
  board.time.advance(200);
  assert.match(trial.ask("mqtt status"), /online/);
  board.network.connects = "refuse";
  trial.ask("set mqtt.broker mqtt://away.test");
  board.time.advance(1_000);
  assert.match(board.output, /the broker does not accept connections/);
});

for (const [name, value, seen] of [
  ["mqtt.user", "hall", (trial: Changed) => trial.mqtt.connection.connect?.user],
  ["mqtt.client-id", "hall", (trial: Changed) => trial.mqtt.connection.connect?.id],
  ["mqtt.clean", true, (trial: Changed) => trial.mqtt.connection.connect?.clean],
  ["mqtt.keepalive", 30, (trial: Changed) => trial.mqtt.connection.connect?.keepAliveSeconds],
] as const) {
  test(`${name} is used at once after set and after reset`, () => {
    const trial = new Changed();
    const before = seen(trial);
    assert.notEqual(before, value);
    assert.match(trial.ask(`set ${name} ${value === true ? "on" : value}`), /, tried at once/);
    trial.board.time.advance(1_000);
    assert.equal(seen(trial), value);
    assert.match(trial.ask(`reset ${name}`), /, tried at once/);
    trial.board.time.advance(1_000);
    assert.equal(seen(trial), before);
    assert.equal(trial.hosts.length, 3);
  });
}

test("what is set as it was moves nothing, nor does another setting, nor one that is given", () => {
  const trial = new Changed({ "mqtt.user": "given" });
  assert.equal(trial.ask("set mqtt.broker mqtt://one.test").includes("tried"), false);
  assert.match(trial.ask("set mqtt.root elsewhere"), /after a reboot/);
  assert.match(trial.ask("set mqtt.user other"), /stays given/);
  trial.board.time.advance(5_000);
  assert.deepEqual(trial.hosts, ["one.test"]);
});

test("a first broker, and none any more, hold after a reboot, and the reply says so", () => {
  const trial = new Changed({}, "");
  assert.match(trial.ask("set mqtt.broker mqtt://one.test"), /, after a reboot/);
  trial.board.powerCycle(1_000);
  trial.board.time.advance(20_000);
  assert.deepEqual(trial.hosts, ["one.test"]);
  assert.match(trial.ask("reset mqtt.broker"), /\(empty\), after a reboot/);
  trial.board.time.advance(5_000);
  assert.match(trial.ask("mqtt status"), /online/);
});

test("a certificate without its key waits for it, and is told; then both are used", () => {
  const trial = new Changed({}, "mqtts://one.test");
  const certificate = certificateTexts.leaf.replace(/\s/g, "");
  const type = (name: string, text: string) => {
    const lines = text.match(/.{1,64}/g) ?? [];
    trial.ask(`set ${name} <<`);
    for (const line of lines) trial.ask(line);
    return trial.ask(".");
  };
  assert.match(type("mqtt.cert", certificate), /, after a reboot/);
  assert.match(trial.board.output, /belong together.*; the connection stays as it was/);
  const { length } = trial.hosts;
  assert.match(type("mqtt.key", "MAA="), /mqtt\.key = \*{8}, tried at once/);
  trial.board.time.advance(1_000);
  assert.equal(trial.hosts.length, length + 1);
  assert.doesNotMatch(trial.ask("get mqtt.cert"), /reboot/);
});

test("a change that comes over MQTT is answered there", () => {
  const trial = new Changed({ "remote.commands": "on" });
  const { mqtt, board } = trial;
  mqtt.publish("airpair/airpair-000001/command", { payload: "set mqtt.keepalive 20", QoS: 1 });
  board.time.advance(2_000);
  assert.equal(mqtt.connection.connect?.keepAliveSeconds, 20);
  const [reply = "{}"] = mqtt.payloads("airpair/airpair-000001/reply");
  assert.match(JSON.parse(reply).text, /^mqtt\.keepalive = 20, tried at once/);
  assert.equal(mqtt.payloads("airpair/airpair-000001/reply").length, 1);
});

test("reset all waits for the reboot that it asks for", () => {
  const trial = new Changed({ [brokerName]: "mqtt://given.test" }, "");
  trial.ask("set mqtt.user hall");
  trial.board.time.advance(1_000);
  const { length } = trial.hosts;
  assert.match(trial.ask("reset all"), /after a reboot/);
  trial.board.time.advance(5_000);
  assert.equal(trial.hosts.length, length);
});

test("a taker is asked only of what is its own and has changed, and may say no", () => {
  const settings = new Settings({ list: settingList, store: new MemoryKeyValue(), given: {} });
  let asked = 0;
  let takes = false;
  const names = ["mqtt.cert", "mqtt.key"];
  settings.use({ names, take: () => ++asked > 0 && takes });
  assert.equal(settings.set("mqtt.user", "u"), "restart");
  assert.equal(settings.set("mqtt.cert", "MAA="), "restart");
  assert.equal(settings.isWaiting("mqtt.cert"), true);
  takes = true;
  assert.equal(settings.set("mqtt.key", "MAA="), "tried");
  assert.equal(settings.isWaiting("mqtt.cert"), false);
  assert.equal(settings.set("mqtt.key", "MAA="), "restart");
  assert.equal(asked, 2);
  settings.resetAll();
  assert.deepEqual([asked, settings.isWaiting("mqtt.key")], [2, true]);
});
