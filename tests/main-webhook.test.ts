// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { ScriptedBroker } from "./support/scripted-broker.ts";
import { answer, ScriptedWebServer } from "./support/scripted-web-server.ts";
import { WholeBoard } from "./support/whole-board.ts";

const second = 1_000;
const minute = 60 * second;
const url = "https://hooks.example/T00/secret-path";

/** A whole board with a broker and a webhook. */
class Trial {
  readonly board: WholeBoard;
  readonly mqtt: ScriptedBroker;
  readonly server: ScriptedWebServer;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    const all = {
      "mqtt.broker": "mqtt://broker.example",
      "webhook.url": url,
      "webhook.header.1": "X-Key: secret-key",
      ...settings,
    };
    const given = Object.entries(all).filter(([, value]) => value !== undefined);
    this.board = new WholeBoard(Object.fromEntries(given));
    this.mqtt = new ScriptedBroker(this.board.network);
    this.server = new ScriptedWebServer(this.board.network, [443]);
  }

  run(time: number): this {
    this.board.powerOn();
    this.board.time.advance(time);
    return this;
  }

  get log(): string {
    return this.board.events.map(({ part, text }) => `${part} ${text}`).join("\n");
  }
}

test("a board sends its readings to a webhook beside the broker, and no secret is ever shown", () => {
  const { server, mqtt, board } = new Trial().run(5 * minute);
  assert.equal(server.requests.length, 5);
  const [first] = server.requests;
  assert.equal(first?.line, "POST /T00/secret-path HTTP/1.1");
  assert.ok(first?.headers.includes("X-Key: secret-key"));
  for (const body of server.bodies) {
    const { office_sensor: values } = JSON.parse(body);
    assert.ok(values.co2 >= 400);
  }
  assert.ok(mqtt.arrived.length > 200);
  for (const line of ["get", "get webhook.url", "webhook", "webhook test", "log show"]) {
    board.ask(line);
    board.time.advance(second);
  }
  assert.ok(board.output.includes("https://hooks.example"));
  assert.ok(!board.output.includes("secret"));
});

test("what could not be sent in an outage comes afterwards, with its time, and is said once", () => {
  const trial = new Trial({ "webhook.interval": 10 }).run(minute);
  const { board, server } = trial;
  const before = server.requests.length;
  board.network.connects = "refuse";
  for (const link of board.network.links) if (link.alive) link.cut();
  board.time.advance(minute);
  assert.equal(server.requests.length, before);
  board.network.connects = "accept";
  board.time.advance(2 * minute);
  const bodies = server.bodies.slice(before).map((body) => JSON.parse(body).office_sensor);
  const late = bodies.filter(({ time }) => time !== undefined);
  assert.ok(late.length >= 6, String(late.length));
  const times = late.map(({ time }) => Date.parse(time));
  assert.deepEqual(
    times,
    times.slice().sort((a, b) => a - b),
  );
  assert.ok(bodies.at(-1)?.time === undefined);
  const lines = board.events.filter(({ part }) => part === "webhook").map(({ event }) => event);
  assert.deepEqual(lines, ["sent", "failed", "sent"]);
});

test("a board without Wi-Fi tries nothing and says nothing of the webhook", () => {
  const trial = new Trial({ "wifi.ssid": "elsewhere", "wifi.password": "" }).run(10 * minute);
  assert.equal(trial.board.events.filter(({ part }) => part === "webhook").length, 0);
});

test("a change is sent at once, and nothing while there is none", () => {
  const trial = new Trial({ "webhook.on": "change" }).run(minute);
  assert.ok(trial.server.requests.length >= 1);
  assert.ok(trial.server.requests.length < 30);
});

test("a rule sends what it says, or which rule it is and whether it holds", () => {
  const trial = new Trial({
    "webhook.on": "rule",
    "webhook.body": '{"text":"{{name}}: {{text}}","rule":"{{rule}}","on":{{active}}}',
    "rule.1": "co2 > 1 webhook open the window",
  }).run(minute);
  assert.deepEqual(trial.server.bodies, [
    '{"text":"office_sensor: open the window","rule":"rule.1","on":true}',
  ]);
  const plain = new Trial({ "webhook.on": "rule", "rule.2": "co2 > 1 webhook" }).run(minute);
  const [body = ""] = plain.server.bodies;
  assert.match(body, /^\{"rule":"rule.2","active":true,"co2":\d+\}$/);
  assert.match(plain.log, /rules rule.2: co2 \d+ ppm \(> 1\), sent to the webhook/);
  const without = new Trial({ "webhook.url": "", "rule.2": "co2 > 1 webhook" }).run(minute);
  assert.match(without.log, /nothing sent by rule.2: there is no webhook; set webhook.url/);
});

test("webhook test shows what went out and what came back, at once after the address was set", () => {
  const { board, server } = new Trial({ "webhook.url": undefined }).run(minute);
  assert.match(board.ask("webhook").join(), /off: webhook.url is not set/);
  assert.match(board.ask("webhook test").join(), /webhook.url is not set; set webhook.url/);
  board.ask(`set webhook.url ${url}`);
  assert.match(board.ask("webhook").join(), /off until the next start; webhook test works at once/);
  server.respond = ({ line, headers }) =>
    answer("202 Accepted", `got ${line} ${headers.join(" ")}\u001b[2J`);
  const ask = () => {
    const before = board.events.length;
    board.ask("webhook test");
    board.time.advance(minute);
    return board.events
      .slice(before)
      .map(({ text = "" }) => text)
      .filter((text) => !text.startsWith("co2") && !text.includes("publish"))
      .join("\n");
  };
  const text = ask();
  assert.match(text, /POST https:\/\/hooks\.example\/\*{8}/);
  assert.match(text, /X-Key: \*{8}/);
  assert.match(text, /\{"office_sensor":\{"co2":\d+/);
  assert.match(text, /answer after \d+ ms: 202, taken\n/);
  assert.match(text, /got POST \*{8} HTTP\/1\.1 Host: hooks\.example .*X-Key: \*{8}.*\?\[2J/);
  assert.ok(!text.includes("secret"));
  server.respond = () => answer("429 Slow down", "", "Retry-After: 7");
  assert.match(ask(), /429, not taken\nRetry-After: 7/);
  board.network.connects = "refuse";
  assert.match(ask(), /the server does not accept connections: refused; check host and port/);
  board.network.connects = "silent";
  assert.match(ask(), /the secure handshake does not end|cannot be reached/);
  assert.equal(board.network.links.filter((link) => !link.closedByClient).length, 1);
});

test("an address that another firmware has stored does not stop the board", () => {
  const trial = new Trial({ "webhook.url": "gopher://x" }).run(minute);
  assert.equal(trial.server.requests.length, 0);
  assert.ok(trial.mqtt.arrived.length > 20);
});
