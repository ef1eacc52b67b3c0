// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Webhook } from "../../../modules/webhook/webhook.ts";
import { WebhookTarget, type WebhookTexts } from "../../../modules/webhook/webhook-target.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { LogBook } from "../../support/log-book.ts";
import { MemoryNetwork } from "../../support/memory-network.ts";
import { seededRandom } from "../../support/random.ts";
import { answer, ScriptedWebServer } from "../../support/scripted-web-server.ts";

const second = 1_000;
const minute = 60 * second;

/** A webhook with its server, on simulated time. */
class Bench {
  readonly time = new FakeTime();
  readonly network = new MemoryNetwork(this.time);
  readonly server = new ScriptedWebServer(this.network);
  readonly book = new LogBook();
  readonly webhook: Webhook;
  state = "online";
  #count = 0;

  constructor(texts: Partial<WebhookTexts> = {}, now: number | null = 1_700_000_000_000) {
    if (now !== null) this.time.set(now);
    this.webhook = new Webhook({
      target: new WebhookTarget({
        url: "https://hooks.example/T00/secret-path?key=secret-query",
        method: "POST",
        headers: ["Authorization: Bearer secret-token", "", ""],
        body: "",
        authorities: "",
        ...texts,
      }),
      network: this.network.providers,
      wifi: { status: () => ({ state: this.state }) },
      clock: this.time,
      timers: this.time,
      random: seededRandom(1),
      log: this.book.log,
    });
  }

  /** Sends messages "1", "2", …. */
  send(count = 1): void {
    for (let i = 0; i < count; i++) {
      const standard = String(++this.#count);
      this.webhook.send({ standard, valueOf: () => standard });
    }
  }

  get counts(): string {
    return this.webhook.text.split("\n")[1] ?? "";
  }
}

test("messages arrive one after the other, on one connection, with what the settings say", () => {
  const bench = new Bench({ headers: ["X-Key: 1", "Content-Type: text/plain", ""] });
  bench.send(3);
  bench.time.advance(second);
  assert.deepEqual(bench.server.bodies, ["1", "2", "3"]);
  assert.equal(bench.network.links.length, 1);
  const headers = bench.server.requests[0]?.headers ?? [];
  assert.ok(headers.includes("X-Key: 1"));
  assert.deepEqual(
    headers.filter((header) => /^content-type/i.test(header)),
    ["Content-Type: text/plain"],
  );
  assert.equal(
    bench.book.text,
    "info https://hooks.example has taken it (200)\n" +
      "debug https://hooks.example has taken it (200)\n".repeat(2).trimEnd(),
  );
  assert.match(bench.webhook.text, /in order\n3 sent, 0 of at most 16 waiting, 0 given up/);
});

test("GET has no body, and the address takes the values", () => {
  const bench = new Bench({ method: "GET", url: "https://a/update?key=1&field1={{ co2 }}" });
  bench.send();
  bench.time.advance(second);
  assert.equal(bench.server.requests[0]?.line, "GET /update?key=1&field1=1 HTTP/1.1");
  assert.equal(bench.server.requests[0]?.body, "");
});

test("over an outage messages are kept, the oldest give way, and nothing is sent twice", () => {
  const bench = new Bench();
  bench.network.connects = "refuse";
  for (let i = 0; i < 20; i++) {
    bench.send();
    bench.time.advance(minute);
  }
  assert.equal(bench.webhook.isBehind, true);
  bench.network.connects = "accept";
  bench.time.advance(2 * minute);
  assert.deepEqual(
    bench.server.bodies,
    Array.from({ length: 16 }, (_, i) => String(i + 5)),
  );
  assert.match(bench.counts, /^16 sent, 0 of at most 16 waiting, 4 given up/);
  assert.equal(bench.book.events.filter((event) => event === "webhook/failed").length, 1);
  assert.equal(bench.webhook.isBehind, false);
});

test("a message that is on its way keeps its place when the oldest give way", () => {
  const bench = new Bench();
  bench.server.respond = () => undefined;
  bench.send();
  bench.time.advance(second);
  bench.send(16);
  bench.server.respond = () => answer("200 OK");
  bench.network.link.cut();
  bench.time.advance(minute);
  const kept = Array.from({ length: 15 }, (_, i) => String(i + 3));
  assert.deepEqual(bench.server.bodies, ["1", "1", ...kept]);
});

test("the waits grow to a minute, and each has something of chance", () => {
  const bench = new Bench();
  bench.network.connects = "refuse";
  bench.send();
  bench.time.advance(60 * minute);
  const began = bench.network.links.map((link) => link.began);
  const waits = began.slice(1).map((time, i) => time - (began[i] ?? 0));
  assert.ok(waits.every((wait) => wait >= second && wait < 62 * second));
  assert.ok(waits.length > 70 && waits.length < 200, String(waits.length));
  assert.ok(new Set(waits).size > waits.length / 2);
});

test("while there is no network nothing is tried and nothing is said; then it goes out soon", () => {
  const bench = new Bench();
  bench.state = "scanning";
  bench.send(2);
  bench.time.advance(10 * minute);
  assert.deepEqual([bench.network.links.length, bench.book.lines.length], [0, 0]);
  assert.equal(bench.webhook.isBehind, true);
  bench.state = "online";
  bench.time.advance(3 * second);
  assert.deepEqual(bench.server.bodies, ["1", "2"]);
});

test("https waits for the time, without which no certificate can be judged; http does not", () => {
  const bench = new Bench({}, null);
  const plain = new Bench({ url: "http://a/" }, null);
  for (const each of [bench, plain]) {
    each.send();
    each.time.advance(minute);
  }
  assert.deepEqual([bench.server.bodies, plain.server.bodies], [[], ["1"]]);
  bench.time.set(1_700_000_000_000);
  bench.time.advance(3 * second);
  assert.deepEqual(bench.server.bodies, ["1"]);
});

for (const status of ["429 Too Many Requests", "503 Service Unavailable"]) {
  test(`${status} and Retry-After are respected, also for what comes meanwhile`, () => {
    const bench = new Bench();
    bench.server.respond = () => {
      bench.server.respond = () => answer("204 No Content");
      return answer(status, "", "Retry-After: 90");
    };
    bench.send();
    bench.time.advance(second);
    bench.send();
    bench.time.advance(88 * second);
    assert.equal(bench.server.requests.length, 1);
    bench.time.advance(5 * second);
    assert.deepEqual(bench.server.bodies, ["1", "1", "2"]);
    assert.match(bench.book.text, /asked too often or busy/);
  });
}

test("a server that asks to wait for ever is asked again after an hour", () => {
  const bench = new Bench();
  bench.server.respond = () => answer("503 x", "", "Retry-After: 999999999");
  bench.send();
  bench.time.advance(59 * minute);
  assert.equal(bench.server.requests.length, 1);
  bench.time.advance(2 * minute);
  assert.equal(bench.server.requests.length, 2);
});

test("what the server refuses is given up, and what follows comes more and more slowly", () => {
  const bench = new Bench();
  bench.server.respond = () => answer("401 Unauthorized", "who are you?");
  for (let i = 0; i < 600; i++) {
    bench.send();
    bench.time.advance(second);
  }
  const bodies = bench.server.bodies;
  assert.equal(new Set(bodies).size, bodies.length);
  assert.ok(bodies.length > 3 && bodies.length < 20, String(bodies.length));
  assert.equal(bench.book.lines.length, 1);
  assert.match(bench.book.text, /refuses it \(401\)/);
  bench.server.respond = () => answer("200 OK");
  bench.time.advance(20 * minute);
  assert.match(bench.book.text, /has taken it \(200\)/);
});

test("a message on which the server fails again and again does not hold up the others for ever", () => {
  const bench = new Bench();
  bench.server.respond = ({ body }) => answer(body === "1" ? "500 Oops" : "200 OK");
  bench.send(2);
  bench.time.advance(30 * minute);
  assert.deepEqual(bench.server.bodies, [...Array.from({ length: 8 }, () => "1"), "2"]);
  assert.match(bench.counts, /^1 sent, 0 of at most 16 waiting, 1 given up/);
});

test("no secret of the address or a header is in the log or the status, whatever the server does", () => {
  const behaviours: ((bench: Bench) => void)[] = [
    ({ network }) => (network.connects = "refuse"),
    ({ network }) => (network.names = "fail"),
    ({ network }) => (network.handshakes = "fail"),
    ({ server }) => (server.respond = ({ line }) => `${line}\r\n`),
    ({ server }) => (server.respond = ({ headers }) => `HTTP/1.1 ${headers.join("\r\n")}\r\n`),
    ({ server }) => (server.respond = () => answer("302 x", "", "Location: http://a/secret-path")),
    ({ server }) => (server.respond = () => answer("404 secret-token", "secret-token")),
  ];
  for (const behave of behaviours) {
    const bench = new Bench({ url: "https://user:secret-word@hooks.example/T00/secret-path" });
    behave(bench);
    bench.send();
    bench.time.advance(minute);
    assert.ok(bench.book.lines.length > 0);
    assert.ok(
      !/secret/.test(JSON.stringify(bench.book.lines) + bench.webhook.text),
      bench.book.text,
    );
  }
});

test("what a server sends back is shown without the secrets of the request", () => {
  const target = new WebhookTarget({
    url: "https://u:secret-word@a/T00/secret-path?key=secret-query&n={{co2}}",
    method: "POST",
    headers: ["Authorization: Bearer secret-token", "X-Key: secret-key", ""],
    body: "",
    authorities: "",
  });
  const echo =
    "POST /T00/secret-path?key=secret-query&n=1\nauthorization: Bearer secret-token u:secret-word secret-key";
  assert.ok(!target.hide(echo).includes("secret"));
  const shown = target.shown(target.message({ standard: "{}", valueOf: () => 1 }));
  assert.equal(
    shown,
    "POST https://a/********\nAuthorization: ********\nX-Key: ********\nContent-Type: application/json\n{}",
  );
});

test("a webhook that is closed leaves no timer and no connection", () => {
  for (const connects of ["accept", "refuse", "silent"] as const) {
    const bench = new Bench();
    bench.network.connects = connects;
    bench.send(3);
    bench.time.advance(30);
    bench.webhook.close();
    bench.time.advance(30 * second);
    assert.deepEqual([bench.time.pending, bench.network.open], [0, 0]);
  }
});
