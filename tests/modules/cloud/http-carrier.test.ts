// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { Profile } from "../../../modules/cloud/profile.ts";
import { findProfile } from "../../../modules/cloud/profile-list.ts";
import {
  type ArrivedRequest,
  answer,
  ScriptedWebServer,
} from "../../support/scripted-web-server.ts";
import { CloudBench } from "./cloud-bench.ts";

/** A board at ThingSpeak's web server, which holds it to an update every 15 s. */
class Trial extends CloudBench {
  readonly server = new ScriptedWebServer(this.network);
  /** Requests that have broken a rule. */
  readonly broken: string[] = [];
  #last = Number.NEGATIVE_INFINITY;
  #entries = 0;

  constructor(host = "") {
    super(findProfile("thingspeak-http") as Profile, { key: "WRITEKEY", host });
    this.server.respond = (request) => this.respond(request);
  }

  respond(request: ArrivedRequest): string | undefined {
    const { line, headers, body, ticks } = request;
    const isForm = headers.includes("Content-Type: application/x-www-form-urlencoded");
    if (line !== "POST /update HTTP/1.1" || !isForm) this.broken.push(`${line} ${headers}`);
    if (!/^api_key=WRITEKEY(&field[1-8]=[-0-9.]+){1,8}$/.test(body)) this.broken.push(body);
    if (ticks - this.#last < 15_000) {
      this.broken.push("sooner than after 15 s");
      return answer("200 OK", "0");
    }
    this.#last = ticks;
    return answer("200 OK", String(++this.#entries));
  }
}

test("ThingSpeak by HTTP gets its form byte for byte, and the number of the entry is success", () => {
  const trial = new Trial().run(20);
  const [first] = trial.server.requests;
  assert.equal(
    first?.body,
    "api_key=WRITEKEY&field1=612&field2=32&field3=1013.2&field4=23.4&field5=41",
  );
  assert.equal(first?.link.options.host, "api.thingspeak.com");
  assert.equal(first?.link.options.port, 443);
  trial.run(1_800, 10);
  assert.deepEqual(trial.broken, []);
  assert.ok(trial.server.requests.length >= 30);
  assert.match(trial.log, /a reading has got through: 200, 1/);
});

test("it is never asked more often than every 15 s, whatever is wanted", () => {
  const trial = new Trial();
  trial.board.interval = 1;
  trial.run(900, 1);
  assert.deepEqual(trial.broken, []);
  assert.ok(trial.server.requests.length >= 50 && trial.server.requests.length <= 57);
});

test("an answer of 200 that says 0 has stored nothing, which is told and counted", () => {
  const trial = new Trial();
  trial.server.respond = () => answer("200 OK", "0");
  trial.run(300);
  assert.match(
    trial.log,
    /api.thingspeak.com answers 200: it has stored nothing, as it was too soon or the key is wrong/,
  );
  assert.match(trial.platform.text, /0 readings sent, \d+ not sent/);
  assert.doesNotMatch(trial.log + trial.platform.text, /WRITEKEY/);
});

test("a server that is asked too often is left alone for as long as it says", () => {
  const trial = new Trial();
  let isBusy = true;
  trial.server.respond = (request) =>
    isBusy ? answer("429 Too Many Requests", "", "Retry-After: 300") : trial.respond(request);
  trial.run(20);
  isBusy = false;
  trial.run(270);
  assert.equal(trial.server.requests.length, 1);
  trial.run(100);
  assert.ok(trial.server.requests.length >= 2);
  assert.match(trial.log, /answers 429/);
});

test("a server that is away, refuses or says nothing costs readings, and is found again", () => {
  const trial = new Trial().run(60);
  trial.network.connects = "refuse";
  for (const link of trial.network.links) link.cut();
  trial.run(600, 10);
  trial.network.connects = "accept";
  trial.server.respond = () => undefined;
  trial.run(900, 10);
  trial.server.respond = (request) => trial.respond(request);
  const before = trial.server.requests.length;
  trial.run(1_800, 10);
  assert.ok(trial.server.requests.length - before >= 10);
  assert.deepEqual(trial.broken, []);
  assert.match(trial.log, /the server does not accept connections/);
  assert.match(trial.log, /the server does not answer/);
  assert.match(trial.log, /\d+ readings were not sent meanwhile/);
});

test("a test shows what the server has answered, and leaves no connection when it is closed", () => {
  const trial = new Trial("http://127.0.0.1:8080");
  trial.platform.add({}, undefined);
  trial.time.advance(2_000);
  assert.deepEqual(trial.test(), { ok: true, text: "200, 1" });
  assert.equal(trial.network.link.options.port, 8080);
  trial.platform.close(() => {});
  trial.time.advance(60_000);
  assert.equal(trial.network.open, 0);
  assert.equal(trial.time.pending, 0);
});

test("a server that sends the board elsewhere does not make it carry the key there", () => {
  const trial = new Trial();
  for (const status of ["307 Temporary Redirect", "308 Permanent Redirect", "302 Found"]) {
    trial.server.respond = ({ link }) =>
      link.options.host === "evil.example"
        ? answer("200 OK", "1")
        : answer(status, "", "Location: https://evil.example/update");
    trial.run(1_300, 10);
  }
  const hosts = new Set(trial.server.requests.map(({ link }) => link.options.host));
  assert.ok(hosts.has("api.thingspeak.com"));
  for (const { link, body, line } of trial.server.requests) {
    if (link.options.host === "evil.example") assert.doesNotMatch(body + line, /WRITEKEY/);
  }
  assert.match(trial.log, /to another server, which must not get the key/);
  assert.doesNotMatch(trial.log, /WRITEKEY/);
});
