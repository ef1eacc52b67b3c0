// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { type HttpAddress, parseHttpAddress } from "../../../modules/http/http-address.ts";
import { HttpClient, usualDeadlines } from "../../../modules/http/http-client.ts";
import type { HttpRequest } from "../../../modules/http/http-request.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { MemoryNetwork } from "../../support/memory-network.ts";
import { seededRandom } from "../../support/random.ts";
import { answer, ScriptedWebServer } from "../../support/scripted-web-server.ts";
import { seedCount } from "../../support/seeds.ts";

const minute = 60_000;

/** A client and a server on simulated time, and what came of the requests. */
class Bench {
  readonly time = new FakeTime();
  readonly network = new MemoryNetwork(this.time);
  readonly server = new ScriptedWebServer(this.network);
  readonly client = new HttpClient({ network: this.network.providers, timers: this.time });
  /** Status and text of answers, code and why of failures. */
  readonly outcomes: string[] = [];

  ask(url: string, more: Partial<HttpRequest> = {}, wait = minute): string | undefined {
    const address = parseHttpAddress(url) as HttpAddress;
    this.outcomes.length = 0;
    let isInside = true;
    const owner = {
      httpAnswered: ({ status, text }: { status: number; text: string }) => {
        assert.equal(isInside, false);
        this.outcomes.push(`${status} ${text}`);
      },
      httpFailed: ({ code, message }: { code: string; message: string }) => {
        assert.equal(isInside, false);
        this.outcomes.push(`${code} ${message}`);
      },
    };
    this.client.request({ method: "GET", headers: [], address, ...more }, owner);
    isInside = false;
    this.time.advance(wait);
    assert.ok(this.outcomes.length <= 1);
    return this.outcomes[0];
  }

  /** Nothing is left: no timer, no socket. */
  assertIdle(): void {
    this.client.close();
    // What was on its way arrives.
    this.time.advance(100);
    assert.equal(this.time.pending, 0);
    assert.equal(this.network.open, 0);
  }
}

const body = { text: '{"room":"Küche"}', type: "application/json" };

test("a request goes out with what a server needs, and its answer comes back", () => {
  const bench = new Bench();
  const outcome = bench.ask("https://u:p@hooks.example:8443/a?b=c", {
    method: "POST",
    headers: ["X-Key: 1"],
    body,
  });
  assert.equal(outcome, "200 thanks");
  const [request] = bench.server.requests;
  assert.equal(request?.line, "POST /a?b=c HTTP/1.1");
  assert.deepEqual(request?.headers.slice(0, 1), ["Host: hooks.example:8443"]);
  for (const header of [
    "Authorization: Basic dTpw",
    "Content-Type: application/json",
    "Content-Length: 17",
    "X-Key: 1",
  ]) {
    assert.ok(request?.headers.includes(header), header);
  }
  assert.equal(request?.body, body.text);
  assert.ok("secure" in (request?.link.options ?? {}));
  assert.deepEqual(bench.network.lookups, ["hooks.example"]);
  bench.assertIdle();
});

test("an address is not looked up, and a long body goes out as the socket takes it", () => {
  const bench = new Bench();
  bench.network.window = 100;
  const text = "ü".repeat(1_000);
  assert.equal(
    bench.ask("http://192.0.2.7/", { method: "PUT", body: { text, type: "text/plain" } }),
    "200 thanks",
  );
  assert.equal(bench.server.requests[0]?.body, text);
  assert.deepEqual(bench.network.lookups, []);
});

test("a connection that the server keeps is used again soon, and closed after a while", () => {
  const bench = new Bench();
  bench.ask("https://a/", {}, 1_000);
  bench.ask("https://a/", {}, 1_000);
  assert.equal(bench.network.links.length, 1);
  bench.time.advance(usualDeadlines.idle);
  assert.equal(bench.network.open, 0);
  bench.ask("https://a/", {}, 1_000);
  bench.ask("https://b/", {}, 1_000);
  bench.ask("http://b:443/", {}, 1_000);
  assert.equal(bench.network.links.length, 4);
  bench.assertIdle();
});

test("a TLS session is resumed at the server that gave it, and nowhere else", () => {
  const bench = new Bench();
  const session = new ArrayBuffer(8);
  bench.server.respond = ({ link }) => {
    (link.options as { onSession?: (session: ArrayBuffer) => void }).onSession?.(session);
    return answer("200 OK", "", "Connection: close");
  };
  for (const url of ["https://a/", "https://a/", "https://b/"]) bench.ask(url, {}, 1_000);
  const offered = bench.network.links.map(
    ({ options }) => (options as { secure?: { session?: ArrayBuffer } }).secure?.session,
  );
  assert.deepEqual(offered, [undefined, session, undefined]);
});

test("a request goes out again, once, when the kept connection was closed meanwhile", () => {
  const bench = new Bench();
  bench.ask("https://a/", {}, 100);
  bench.server.respond = ({ link }) => {
    link.cut();
    bench.server.respond = () => answer("200 OK", "again");
    return undefined;
  };
  assert.equal(bench.ask("https://a/", { method: "POST", body }, 1_000), "200 again");
  assert.equal(bench.server.requests.length, 3);
  bench.server.respond = ({ link }) => {
    link.cut();
    return undefined;
  };
  assert.match(bench.ask("https://a/") ?? "", /^http\/lost /);
  assert.equal(bench.server.requests.length, 5);
  bench.assertIdle();
});

test("a request of which the answer has begun does not go out again when the kept connection fails", () => {
  const bench = new Bench();
  bench.ask("https://a/", {}, 100);
  bench.server.respond = ({ link }) => {
    const read = link.clientRead.bind(link);
    let reads = 0;
    link.clientRead = (buffer) => {
      if (++reads > 1) throw new Error("reset");
      return read(buffer);
    };
    return answer("200 OK", "x".repeat(1_000));
  };
  const outcome = bench.ask("https://a/", { method: "POST", body }, 1_000);
  assert.match(outcome ?? "", /^http\/cut-off .*reset/);
  assert.equal(bench.server.requests.length, 2);
  bench.assertIdle();
});

test("a kept connection on which a server speaks unasked is not used again", () => {
  const bench = new Bench();
  bench.ask("https://a/", {}, 100);
  bench.network.link.send(new TextEncoder().encode(answer("200 OK", "forged")));
  bench.time.advance(10);
  assert.equal(bench.ask("https://a/"), "200 thanks");
  bench.server.respond = () => answer("200 OK", "real") + answer("200 OK", "forged");
  assert.equal(bench.ask("https://a/", {}, 100), "200 real");
  bench.server.respond = () => answer("200 OK", "next");
  assert.equal(bench.ask("https://a/"), "200 next");
});

test("what follows an answer is not taken for the next one, wherever the pieces end", () => {
  const forged = answer("200 OK", "forged");
  const bare = answer("200 OK", "", "X: ").length;
  for (let length = 505; length <= 520; length++) {
    const bench = new Bench();
    const real = answer("200 OK", "", `X: ${"x".repeat(length - bare)}`);
    assert.equal(real.length, length);
    bench.server.respond = () => real + forged;
    assert.equal(bench.ask("https://a/", {}, 100), "200 ");
    bench.server.respond = () => answer("200 OK", "next");
    assert.equal(bench.ask("https://a/", {}, 100), "200 next", `after ${length} bytes`);
  }
});

test("302 asks by GET without a body, 307 repeats the request, to the same server with its headers", () => {
  for (const [status, line, sent] of [
    ["302 Found", "GET /b HTTP/1.1", ""],
    ["303 See Other", "GET /b HTTP/1.1", ""],
    ["307 Temporary Redirect", "POST /b HTTP/1.1", body.text],
    ["308 Permanent Redirect", "POST /b HTTP/1.1", body.text],
  ] as const) {
    const bench = new Bench();
    bench.server.respond = (request) =>
      request.line.includes(" /a ")
        ? answer(status, "", "Location: /b")
        : answer("200 OK", "there");
    const outcome = bench.ask("https://u:p@a/a", { method: "POST", body, headers: ["X-Key: 1"] });
    assert.equal(outcome, "200 there");
    const last = bench.server.requests.at(-1);
    assert.deepEqual([last?.line, last?.body], [line, sent]);
    assert.ok(last?.headers.includes("X-Key: 1"));
    assert.ok(last?.headers.includes("Authorization: Basic dTpw"));
    assert.equal(bench.network.links.length, 1);
  }
});

test("another server gets neither headers nor login, and https never becomes http", () => {
  const bench = new Bench();
  bench.server.respond = ({ line }) =>
    line.includes(" /a ") ? answer("307 x", "", "Location: https://b/b") : answer("200 OK");
  bench.ask("https://u:p@a/a", { method: "POST", body, headers: ["X-Key: 1"] });
  const text = bench.server.requests.at(-1)?.headers.join("\n") ?? "";
  assert.match(text, /^Host: b$/m);
  assert.ok(!/X-Key|Authorization/.test(text));
  bench.server.respond = () => answer("307 x", "", "Location: http://a/b");
  const before = bench.server.requests.length;
  assert.match(bench.ask("https://a/a") ?? "", /^http\/redirect .*to an address without https/);
  assert.equal(bench.server.requests.length, before + 1);
  bench.assertIdle();
});

test("a server that sends in circles is left after three times, one without a place is answered", () => {
  const bench = new Bench();
  bench.server.respond = () => answer("302 x", "", "Location: /again");
  assert.match(bench.ask("https://a/") ?? "", /^http\/redirect .*for the 4th time/);
  assert.equal(bench.server.requests.length, 4);
  bench.server.respond = () => answer("302 x", "no place");
  assert.equal(bench.ask("https://a/"), "302 no place");
  bench.server.respond = () => answer("302 x", "", "Location: javascript:alert(1)");
  assert.match(bench.ask("https://a/") ?? "", /^http\/redirect /);
});

test("each phase has its time, and what had not come until then is not waited for", () => {
  const cases: [string, string, (bench: Bench) => void][] = [
    ["http/dns-failed", "https://a/", ({ network }) => (network.names = "fail")],
    ["http/dns-failed", "https://a/", ({ network }) => (network.names = "throw")],
    ["http/dns-deadline", "https://a/", ({ network }) => (network.names = "silent")],
    ["http/tcp-failed", "https://a/", ({ network }) => (network.connects = "refuse")],
    ["http/tcp-deadline", "http://a/", ({ network }) => (network.connects = "silent")],
    ["http/tls-deadline", "https://a/", ({ network }) => (network.handshakes = "silent")],
    ["http/tls-failed", "https://a/", ({ network }) => (network.handshakes = "fail")],
    ["http/send-deadline", "https://a/", ({ network }) => (network.window = 10)],
    ["http/answer-deadline", "https://a/", ({ server }) => (server.respond = () => undefined)],
    ["http/answer-deadline", "https://a/", ({ server }) => (server.respond = () => "HTTP/1.1 200")],
    [
      "http/body-deadline",
      "https://a/",
      ({ server }) => (server.respond = () => answer("200 OK", "hello").slice(0, -1)),
    ],
  ];
  for (const [code, url, arrange] of cases) {
    const bench = new Bench();
    arrange(bench);
    const { onLink } = bench.network;
    if (code === "http/send-deadline") {
      bench.network.onLink = (link) => {
        onLink(link);
        link.stall(true);
      };
    }
    assert.match(bench.ask(url, {}, 2 * minute) ?? "none", new RegExp(`^${code} `));
    bench.assertIdle();
  }
});

test("a server that sends bit by bit has no more time than one that sends nothing", () => {
  for (const [head, code] of [
    ["HTTP/1.1 200 OK\r\n", "http/answer-deadline"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", "http/body-deadline"],
  ]) {
    const bench = new Bench();
    bench.server.respond = ({ link }) => {
      const timer = bench.time.repeat(() => {
        if (link.alive) link.send(new Uint8Array([0x78]));
        else bench.time.clear(timer);
      }, 1_000);
      return head;
    };
    assert.match(bench.ask("https://a/", {}, 50_000) ?? "", new RegExp(`^${code} `));
    bench.assertIdle();
  }
});

test("https is refused where there is no TLS, and nothing goes out in the clear", () => {
  const bench = new Bench();
  const { dns, tcp } = bench.network.providers;
  const client = new HttpClient({ network: { dns, tcp }, timers: bench.time });
  const codes: string[] = [];
  const owner = {
    httpAnswered: () => {},
    httpFailed: ({ code }: { code: string }) => codes.push(code),
  };
  const address = parseHttpAddress("https://a/") as HttpAddress;
  client.request({ method: "GET", headers: [], address }, owner);
  bench.time.advance(100);
  assert.deepEqual(codes, ["http/no-tls"]);
  assert.equal(bench.network.links.length, 0);
});

test("a request that is given up calls nobody back, in whichever phase it was", () => {
  for (let ms = 0; ms < 12; ms++) {
    const bench = new Bench();
    bench.ask("https://a/", {}, ms);
    const before = bench.outcomes.length;
    bench.client.close();
    bench.time.advance(minute);
    assert.equal(bench.outcomes.length, before);
    assert.equal(bench.network.open, 0);
    assert.equal(bench.time.pending, 0);
  }
});

test("a failure names no path, header or body", () => {
  const bench = new Bench();
  bench.server.respond = ({ link }) => {
    link.cut();
    return undefined;
  };
  const outcome = bench.ask("https://u:secret@a/secret", { headers: ["K: secret"] });
  assert.match(outcome ?? "", /^http\/lost/);
  assert.ok(!outcome?.includes("secret"));
});

test("whatever a server sends and whenever it hangs up, each request has one outcome", () => {
  const pieces = [
    ...[
      "HTTP/1.1 200 OK\r\n",
      "Content-Length: 3\r\n",
      "Transfer-Encoding: chunked\r\n",
      "\r\n",
      "abc",
    ],
    ...[
      "3\r\nabc\r\n",
      "0\r\n\r\n",
      "HTTP/1.1 302 x\r\nLocation: /b\r\n",
      "HTTP/1.1 100 x\r\n\r\n",
    ],
    ...["Connection: close\r\n", "\0\xff", "x".repeat(3_000)],
  ];
  for (let seed = 1; seed <= seedCount(400); seed++) {
    const random = seededRandom(seed);
    const bench = new Bench();
    if (random() < 0.5) bench.network.piece = 1 + Math.floor(random() * 50);
    bench.server.respond = ({ link }) => {
      let text = random() < 0.6 ? "HTTP/1.1 200 OK\r\n" : "";
      for (let i = random() * 12; i > 1; i--) text += pieces[Math.floor(random() * pieces.length)];
      const end = random();
      if (end < 0.3) bench.time.set(() => link.cut(), 2);
      else if (end < 0.6) bench.time.set(() => link.shut(), 2);
      return text;
    };
    for (let i = 0; i < 4; i++) {
      bench.ask("https://a/", {}, 5 * minute);
      assert.equal(bench.outcomes.length, 1);
    }
    bench.assertIdle();
  }
});
