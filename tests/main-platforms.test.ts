// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { ScriptedBroker } from "./support/scripted-broker.ts";
import { WholeBoard } from "./support/whole-board.ts";

const second = 1_000;
const minute = 60 * second;
const thingsBoard = {
  "platform.1.name": "thingsboard",
  "platform.1.key": "secret-token",
  "platform.1.boot": "on",
};
const telemetry = "v1/devices/me/telemetry";

/** A whole board with its own broker, and platforms, all at one scripted broker. */
class Trial {
  readonly board: WholeBoard;
  readonly mqtt: ScriptedBroker;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    const all = { "mqtt.broker": "mqtt://broker.example", ...settings };
    const given = Object.entries(all).filter(([, value]) => value !== undefined);
    this.board = new WholeBoard(Object.fromEntries(given));
    this.mqtt = new ScriptedBroker(this.board.network);
  }

  run(time: number): this {
    this.board.powerOn();
    this.board.time.advance(time);
    return this;
  }

  get log(): string {
    return this.board.events.map(({ part, text }) => `${part} ${text}`).join("\n");
  }

  get hosts(): string[] {
    return [...new Set(this.board.network.lookups)];
  }

  /** What the board has answered to a request. */
  answerTo(id: number): { ok?: boolean; text?: string } {
    return JSON.parse(this.mqtt.payloads(`v1/devices/me/rpc/response/${id}`)[0] ?? "{}");
  }

  call(id: number, method: string, params: unknown): void {
    const payload = JSON.stringify({ method, params });
    this.mqtt.publish(`v1/devices/me/rpc/request/${id}`, { payload, QoS: 1 });
    this.board.time.advance(second);
  }
}

test("a platform that is to start with the board gets readings beside the own broker, and no secret is shown", () => {
  const { board, mqtt, log, hosts } = new Trial(thingsBoard).run(5 * minute);
  assert.deepEqual(hosts, ["broker.example", "mqtt.thingsboard.cloud"]);
  const texts = mqtt.payloads(telemetry);
  assert.ok(texts.length >= 5 && texts.length <= 6, String(texts.length));
  const { values = JSON.parse(texts.at(-1) ?? "") } = JSON.parse(texts.at(-1) ?? "");
  assert.ok(values.co2 >= 400);
  assert.ok(mqtt.payloads("airpair/airpair-000001/reading").length > 200);
  assert.match(log, /platform thingsboard: a reading has got through/);
  for (const line of ["get", "platform", "platform test", "get platform.1.key", "log show"]) {
    board.ask(line);
    board.time.advance(5 * second);
  }
  assert.ok(!board.output.includes("secret"));
});

test("a platform that is set is not started with the board unless the user has said so", () => {
  const { board, hosts } = new Trial({ ...thingsBoard, "platform.1.boot": "off" }).run(minute);
  assert.deepEqual(hosts, ["broker.example"]);
  assert.match(board.ask("platform").join(), /ThingsBoard: off; platform on starts it/);
});

test("without a broker of its own a board still has its platforms", () => {
  const trial = new Trial({ ...thingsBoard, "mqtt.broker": undefined }).run(3 * minute);
  assert.ok(trial.mqtt.payloads(telemetry).length >= 3);
});

test("two platforms run at once, and one that refuses does not hold up the other", () => {
  const trial = new Trial({
    ...thingsBoard,
    "platform.2.name": "ubidots",
    "platform.2.key": "BBFF-secret",
    "platform.2.boot": "on",
  });
  trial.mqtt.onPacket = (packet, { link }) => {
    if (packet.type !== "CONNECT" || packet.user !== "BBFF-secret") return false;
    link.cut();
    return true;
  };
  trial.run(5 * minute);
  assert.ok(trial.mqtt.payloads(telemetry).length >= 5);
  assert.match(
    trial.board.ask("platform").join("\n"),
    /ThingsBoard: online[\s\S]*Ubidots: waiting/,
  );
});

test("commands of a platform are run by the rules for commands from afar, and answered there", () => {
  const trial = new Trial({ ...thingsBoard, "remote.commands": "on" }).run(minute);
  trial.call(1, "version", {});
  assert.deepEqual(trial.answerTo(1).ok, true);
  assert.match(trial.answerTo(1).text ?? "", /^airpair \d/);
  for (const [id, params] of [
    "mqtt.password x",
    "platform.1.host evil.example",
    "wifi.ssid evil",
    "webhook.url http://evil.example",
  ].entries()) {
    trial.call(10 + id, "set", params);
    assert.equal(trial.answerTo(10 + id).ok, false);
    assert.match(trial.answerTo(10 + id).text ?? "", /on the board's own console only/);
  }
  for (const [id, method] of ["js", "wifi", "platform", "pair", "webhook test"].entries()) {
    trial.call(20 + id, method, "x");
    assert.equal(trial.answerTo(20 + id).ok, false, method);
  }
  trial.call(30, "set", "board.name desk");
  assert.equal(trial.answerTo(30).ok, true);
  trial.call(31, "wifi", "scan");
  assert.equal(trial.answerTo(31).ok, false);
});

test("a setting that a platform says again and again is stored once: flash memory wears", () => {
  const trial = new Trial({ ...thingsBoard, "remote.commands": "on" }).run(minute);
  for (let i = 0; i < 300; i++) {
    trial.mqtt.publish("v1/devices/me/attributes", { payload: '{"interval":20}', QoS: 1 });
    trial.board.time.advance(100);
  }
  assert.match(
    trial.board.ask("get platform.interval").join(),
    /platform.interval = 20 \(stored\)/,
  );
  assert.match(trial.log, /platform.interval = 20, as before/);
  trial.call(1, "set", "board.name desk");
  assert.equal(trial.answerTo(1).ok, true);
});

test("a command that takes time is answered when it has ended", () => {
  const trial = new Trial({ ...thingsBoard, "remote.commands": "on" }).run(minute);
  trial.call(5, "i2c", "scan");
  trial.board.time.advance(20 * second);
  assert.equal(trial.answerTo(5).ok, true);
  assert.match(trial.answerTo(5).text ?? "", /0x5a/i);
});

test("a board that takes no commands from afar takes none from a platform", () => {
  const trial = new Trial(thingsBoard).run(minute);
  trial.call(1, "version", {});
  assert.deepEqual(trial.answerTo(1), {});
});

test("Home Assistant finds the board over the own broker, and a new interval holds at once", () => {
  const trial = new Trial({
    "platform.1.name": "home-assistant",
    "platform.1.boot": "on",
    "remote.commands": "on",
  }).run(3 * minute);
  assert.deepEqual(trial.hosts, ["broker.example"]);
  const config = () =>
    JSON.parse(trial.mqtt.payloads("homeassistant/device/airpair-000001/config").at(-1) ?? "{}");
  assert.equal(config().avty_t, "airpair/airpair-000001/status");
  assert.ok("co2" in config().cmps);
  const state = "airpair/airpair-000001/state";
  assert.ok(trial.mqtt.payloads(state).length >= 3);
  trial.mqtt.publish("airpair/airpair-000001/interval/set", { payload: "10", QoS: 1 });
  trial.board.time.advance(second);
  const before = trial.mqtt.payloads(state).length;
  trial.board.time.advance(minute);
  assert.ok(trial.mqtt.payloads(state).length - before >= 5);
  assert.equal(config().cmps.co2.exp_aft, 30);
});

test("a platform that was switched off before it is forgotten leaves nothing at the own broker", () => {
  const { board, mqtt } = new Trial({ "platform.1.name": "home-assistant" }).run(minute);
  const said = () => mqtt.payloads("homeassistant/device/airpair-000001/config");
  for (const line of ["platform on", "platform off"]) {
    board.ask(line);
    board.time.advance(10 * second);
  }
  assert.match(said().at(-1) ?? "", /^\{/);
  board.ask("platform forget");
  board.time.advance(10 * second);
  assert.equal(said().at(-1), "");
});

test("with readings for paired boards only nothing goes out to Home Assistant, which is told", () => {
  const trial = new Trial({
    "platform.1.name": "home-assistant",
    "platform.1.boot": "on",
    "publish.plain": "off",
  }).run(2 * minute);
  assert.equal(trial.mqtt.payloads("airpair/airpair-000001/state").length, 0);
  assert.match(trial.log, /platform Home Assistant is not used: publish.plain is off/);
});

test("platform use in a running board works at once, and reboot says goodbye to the platform too", () => {
  const trial = new Trial().run(minute);
  const { board, mqtt } = trial;
  board.ask("platform use thingsboard key=secret-token boot=on");
  board.time.advance(10 * second);
  assert.equal(mqtt.payloads(telemetry).length, 1);
  board.ask("reboot");
  board.time.advance(5 * second);
  assert.deepEqual(board.restarts.length, 1);
  const mine = mqtt.connections.filter(({ connect }) => connect?.user === "secret-token");
  assert.deepEqual(
    mine.map(({ ended }) => ended),
    [true],
  );
  board.restart("software");
  board.time.advance(minute);
  assert.ok(mqtt.payloads(telemetry).length >= 2);
});

test("what another firmware has stored for a platform does not stop the board", () => {
  const trial = new Trial({ ...thingsBoard, "platform.1.host": "x y", "platform.2.name": "zzz" });
  trial.run(minute);
  assert.ok(trial.mqtt.payloads("airpair/airpair-000001/reading").length > 20);
  const broken = new Trial({ ...thingsBoard, "platform.1.cert": "MAA=" }).run(minute);
  assert.match(
    broken.log,
    /platform the platform cannot be used: a certificate and its private key belong together/,
  );
  assert.ok(broken.mqtt.payloads("airpair/airpair-000001/reading").length > 20);
});
