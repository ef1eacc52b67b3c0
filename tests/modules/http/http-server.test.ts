// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { HttpResponse } from "../../../modules/http/http-response.ts";
import { HttpServer } from "../../../modules/http/http-server.ts";
import type { RequestReader } from "../../../modules/http/request-reader.ts";
import { FakeTime } from "../../support/fake-time.ts";
import type { MemoryLink } from "../../support/memory-link.ts";
import { MemoryNetwork } from "../../support/memory-network.ts";
import { seededRandom } from "../../support/random.ts";
import { seedCount } from "../../support/seeds.ts";

const get = "GET /page HTTP/1.1\r\nHost: a\r\n\r\n";
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** Somebody who has connected, and what came back. */
class Guest {
  link: MemoryLink | undefined;
  received = "";
  isEnded = false;

  constructor(network: MemoryNetwork, from?: string) {
    const onOpen = (link: MemoryLink) => {
      this.link = link;
      link.onData = (bytes) => {
        this.received += String.fromCharCode(...bytes);
      };
      link.onEnd = () => {
        this.isEnded = true;
      };
    };
    network.dial(80, onOpen, from);
    network.time.advance(10);
  }

  send(text: string): void {
    this.link?.send(latin1(text));
  }

  get status(): number {
    return Number(/^HTTP\/1\.1 (\d+)/.exec(this.received)?.[1] ?? 0);
  }
}

class Bench {
  readonly time = new FakeTime();
  readonly network = new MemoryNetwork(this.time);
  readonly requests: string[] = [];
  readonly failures: unknown[] = [];
  response: HttpResponse | Error = { status: 200, headers: ["X-One: 1"], body: "<p>grün</p>" };
  readonly server: HttpServer;

  constructor() {
    this.server = new HttpServer({
      listener: this.network.listener,
      port: 80,
      timers: this.time,
      owner: {
        admits: (address) => address !== "203.0.113.9",
        respond: (request: RequestReader) => {
          this.requests.push(`${request.method} ${request.target}`);
          if (this.response instanceof Error) throw this.response;
          return this.response;
        },
        serverFailed: (error) => this.failures.push(error),
      },
    });
  }

  guest(from?: string): Guest {
    return new Guest(this.network, from);
  }

  ask(text: string, wait = 100): Guest {
    const guest = this.guest();
    guest.send(text);
    this.time.advance(wait);
    return guest;
  }

  assertIdle(): void {
    this.server.close();
    this.time.advance(100);
    assert.equal(this.time.pending, 0);
    assert.equal(this.network.open, 0);
  }
}

test("a request is answered, and the connection ends", () => {
  const bench = new Bench();
  const guest = bench.ask(get);
  assert.deepEqual(bench.requests, ["GET /page"]);
  assert.equal(
    guest.received,
    [
      "HTTP/1.1 200 OK",
      "Content-Type: text/html; charset=utf-8",
      "Content-Length: 12",
      "Cache-Control: no-store",
      "X-Content-Type-Options: nosniff",
      "Connection: close",
      "X-One: 1",
      "",
      "<p>gr\xc3\xbcn</p>",
    ].join("\r\n"),
  );
  assert.equal(guest.isEnded, true);
  bench.assertIdle();
});

test("HEAD gets the head alone", () => {
  const guest = new Bench().ask(get.replace("GET", "HEAD"));
  assert.match(guest.received, /Content-Length: 12\r\n(.+\r\n)+\r\n$/);
});

test("a long answer goes out as the other end takes it, and one that nobody takes is given up", () => {
  const bench = new Bench();
  bench.network.window = 100;
  bench.response = { status: 200, body: "x".repeat(5_000) };
  const guest = bench.ask(get, 1_000);
  assert.equal(guest.received.length - guest.received.indexOf("\r\n\r\n"), 5_004);
  const slow = bench.guest();
  slow.link?.stall(true);
  slow.send(get);
  bench.time.advance(9_000);
  assert.equal(slow.isEnded, false);
  bench.time.advance(2_000);
  assert.equal(slow.isEnded, true);
  bench.assertIdle();
});

test("whoever sends a request bit by bit has five seconds for its head and five for its body", () => {
  const bench = new Bench();
  const head = bench.guest();
  const body = bench.guest();
  body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n");
  for (let i = 0; i < 4; i++) {
    head.send("X");
    body.send("X");
    bench.time.advance(1_000);
  }
  assert.deepEqual([head.isEnded, body.isEnded], [false, false]);
  bench.time.advance(1_500);
  assert.deepEqual([head.isEnded, body.isEnded], [true, true]);
  assert.equal(head.received + body.received, "");
  bench.assertIdle();
});

test("the newest of many who keep their requests back is heard, and no more than four are", () => {
  const bench = new Bench();
  const idlers = Array.from({ length: 9 }, () => bench.guest());
  assert.equal(idlers.filter(({ isEnded }) => !isEnded).length, 4);
  assert.equal(bench.ask(get).status, 200);
  bench.assertIdle();
});

test("while four wait for their answers to be taken a fifth is turned away", () => {
  const bench = new Bench();
  bench.network.window = 10;
  const busy = Array.from({ length: 4 }, () => {
    const guest = bench.guest();
    guest.link?.stall(true);
    guest.send(get);
    return guest;
  });
  bench.time.advance(50);
  const fifth = bench.ask(get);
  assert.equal(fifth.isEnded, true);
  assert.equal(fifth.received, "");
  for (const guest of busy) guest.link?.stall(false);
  bench.time.advance(1_000);
  assert.deepEqual(
    busy.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  bench.assertIdle();
});

test("a refusal arrives though its request goes on", () => {
  const bench = new Bench();
  const guest = bench.ask(
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n${"x".repeat(900)}`,
  );
  assert.equal(guest.status, 413);
  assert.equal(guest.isEnded, false);
  guest.send("x".repeat(900));
  bench.time.advance(1_500);
  assert.equal(guest.isEnded, true);
  assert.deepEqual(bench.requests, []);
  bench.assertIdle();
});

test("an exception on the way to an answer is a 500, and is told", () => {
  const bench = new Bench();
  bench.response = new Error("no page");
  const guest = bench.ask(get);
  assert.equal(guest.status, 500);
  assert.doesNotMatch(guest.received, /no page/);
  assert.deepEqual(bench.failures, [bench.response]);
  bench.assertIdle();
});

test("whoever may not ask is not heard", () => {
  const bench = new Bench();
  const guest = bench.guest("203.0.113.9");
  guest.send(get);
  bench.time.advance(100);
  assert.equal(guest.received, "");
  assert.equal(guest.isEnded, true);
  bench.assertIdle();
});

test("a server that is closed ends what goes on, and leaves its port", () => {
  const bench = new Bench();
  const guest = bench.guest();
  guest.send("GET / ");
  bench.server.close();
  bench.server.close();
  bench.time.advance(100);
  assert.equal(guest.isEnded, true);
  assert.equal(bench.guest().link, undefined);
  bench.assertIdle();
});

test("hostile guests of every kind leave a server that answers, and nothing behind", () => {
  for (let seed = 1; seed <= seedCount(40); seed++) {
    const random = seededRandom(seed);
    const bench = new Bench();
    bench.network.window = 30 + Math.floor(random() * 200);
    const guests: Guest[] = [];
    for (let step = 0; step < 60; step++) {
      const what = Math.floor(random() * 6);
      const guest = guests[Math.floor(random() * guests.length)];
      if (what === 0 || !guest) guests.push(bench.guest());
      else if (what === 1) guest.send(get.slice(0, Math.floor(random() * get.length)));
      else if (what === 2)
        guest.send(
          String.fromCharCode(...Array.from({ length: 40 }, () => Math.floor(random() * 256))),
        );
      else if (what === 3) guest.link?.cut();
      else if (what === 4) guest.link?.shut();
      else guest.link?.stall(random() < 0.5);
      bench.time.advance(Math.floor(random() * 800));
    }
    bench.time.advance(20_000);
    assert.equal(bench.ask(get, 2_000).status, 200, `seed ${seed}`);
    assert.deepEqual(bench.failures, []);
    bench.assertIdle();
  }
});
