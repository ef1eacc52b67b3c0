// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { TCPProvider } from "../../../../modules/ecma-419/tcp.ts";
import { WebSocketTCP } from "../../../../modules/mqtt/web-socket/web-socket.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { MemoryNetwork } from "../../../support/memory-network.ts";
import { seededRandom } from "../../../support/random.ts";
import { seedCount } from "../../../support/seeds.ts";
import { frameBytes, upgradeAnswer, WebSocketServer } from "../../../support/web-socket-server.ts";

const fin = 0x80;
const binary = fin | 2;
const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const textOf = (bytes: Uint8Array) => String.fromCharCode(...bytes);

interface Setup {
  readonly port?: number;
  readonly path?: string;
  readonly answer?: (accept: string) => string;
  readonly piece?: number;
  readonly window?: number;
  readonly secure?: boolean;
  /** ms each way. */
  readonly latency?: number;
}

/** A client and a server, joined by a network in memory. */
class Pair {
  readonly time = new FakeTime();
  readonly network = new MemoryNetwork(this.time);
  readonly socket: WebSocketTCP;
  server: WebSocketServer | undefined;
  /** What the application got. */
  received = "";
  /** What onWritable has said, each time. */
  readonly rooms: number[] = [];
  readonly errors: string[] = [];
  /** False: the application does not read. */
  isReading = true;
  /** True: it reads once when it is told that there is something. */
  readsOnce = false;
  /** Size of the application's buffer. */
  bufferLength = 64;
  #isInside = true;

  constructor({ port = 80, path = "/mqtt", answer, piece, window, secure, latency }: Setup = {}) {
    this.network.piece = piece ?? this.network.piece;
    this.network.window = window ?? this.network.window;
    this.network.latency = latency ?? this.network.latency;
    this.network.onLink = (link) => {
      this.server = new WebSocketServer(link, answer);
    };
    const { tcp, tls } = this.network.providers;
    const socket = (secure ? { ...tls, secure: {} } : tcp) as TCPProvider;
    this.socket = new WebSocketTCP({
      host: "broker.example",
      address: "192.0.2.1",
      port,
      path,
      socket,
      random: seededRandom(7),
      timers: this.time,
      onReadable: () => this.#guarded(() => this.read()),
      onWritable: (count) => this.#guarded(() => this.rooms.push(count)),
      onError: (error) => this.#guarded(() => this.errors.push(this.#errorText(error))),
    });
    this.#isInside = false;
    this.time.advance(50 + 10 * this.network.latency);
  }

  read(): void {
    const buffer = new Uint8Array(this.bufferLength);
    while (this.isReading) {
      const count = this.socket.read(buffer) ?? 0;
      if (count === 0) return;
      this.received += textOf(buffer.subarray(0, count));
      if (this.readsOnce) return;
    }
  }

  /** Calls into the socket; nothing may be called back meanwhile. */
  act(action: () => void): void {
    this.#isInside = true;
    action();
    this.#isInside = false;
    this.time.advance(50);
  }

  send(bytes: Uint8Array | string): void {
    this.server?.send(bytes);
    this.time.advance(50);
  }

  #guarded(action: () => void): void {
    assert.ok(!this.#isInside, "called back from inside a call");
    action();
  }

  #errorText(error: unknown): string {
    const { code, message } = error as { code?: string; message: string };
    return code ? `${code}: ${message}` : message;
  }
}

test("the request is that of RFC 6455, for the sub-protocol mqtt, with a key of 16 bytes", () => {
  const { server } = new Pair({ port: 8080, path: "/ws?x=1" });
  const lines = server?.request?.split("\r\n") ?? [];
  assert.equal(lines[0], "GET /ws?x=1 HTTP/1.1");
  assert.deepEqual(lines.slice(1, 4), [
    "Host: broker.example:8080",
    "Upgrade: websocket",
    "Connection: Upgrade",
  ]);
  assert.match(lines[4] ?? "", /^Sec-WebSocket-Key: [A-Za-z0-9+/]{22}==$/);
  assert.deepEqual(lines.slice(5), ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: mqtt"]);
});

test("the usual port is not part of the Host header, that of TLS neither", () => {
  assert.match(new Pair().server?.request ?? "", /^Host: broker\.example\r$/m);
  const secure = new Pair({ secure: true, port: 443 });
  assert.match(secure.server?.request ?? "", /^Host: broker\.example\r$/m);
});

test("onWritable comes when the server has proved that it opens a WebSocket, not before", () => {
  let accept = "";
  const pair = new Pair({
    answer: (right) => {
      accept = right;
      return "";
    },
  });
  assert.deepEqual(pair.rooms, []);
  assert.throws(() => pair.socket.write(ascii("early")), /not open/);
  pair.send(upgradeAnswer(accept));
  assert.deepEqual([pair.rooms.length, pair.errors], [1, []]);
});

test("an answer in single bytes, with long and unknown headers, opens the WebSocket as well", () => {
  const more = [`Set-Cookie: ${"x".repeat(3_000)}`, "Server: some", `X-Short: ${"y".repeat(255)}`];
  const pair = new Pair({ piece: 1, answer: (accept) => upgradeAnswer(accept, ...more) });
  pair.time.advance(5_000);
  assert.deepEqual([pair.rooms.length > 0, pair.errors], [true, []]);
});

test("what is written arrives, in masked binary frames of any length", () => {
  const pair = new Pair();
  const texts = ["", "a", "b".repeat(125), "c".repeat(126), "d".repeat(700)];
  for (const text of texts) pair.act(() => pair.socket.write(ascii(text)));
  assert.equal(pair.server?.received, texts.join(""));
  assert.deepEqual(
    pair.server?.frames.map(({ opcode, isLast, payload }) => [opcode, isLast, payload.length]),
    [1, 125, 126, 700].map((length) => [2, true, length]),
  );
});

test("what does not fit the socket below waits there, and onWritable comes when it has gone", () => {
  const pair = new Pair({ window: 100 });
  const before = pair.rooms.length;
  pair.act(() => pair.socket.write(ascii("z".repeat(1024))));
  pair.time.advance(1_000);
  assert.equal(pair.server?.received.length, 1024);
  assert.ok(pair.rooms.length > before);
  assert.throws(() => pair.socket.write(new Uint8Array(1025)), /no room for 1025 bytes/);
});

test("data comes out of frames of any length, whole, in parts and in single bytes", () => {
  for (const piece of [1, 3, 50, 1_000_000]) {
    const pair = new Pair({ piece });
    pair.send(frameBytes(binary, "one "));
    pair.send(frameBytes(2, "two "));
    pair.send(frameBytes(0, ""));
    pair.send(frameBytes(fin | 9, "ping between the parts"));
    pair.send(frameBytes(fin | 0, "three "));
    pair.send(frameBytes(binary, "x".repeat(126)));
    pair.send(frameBytes(binary, "y".repeat(70_000)));
    pair.time.advance(1_000);
    const expected = `one two three ${"x".repeat(126)}${"y".repeat(70_000)}`;
    assert.ok(pair.received === expected, `pieces of ${piece}: ${pair.received.length} bytes`);
    assert.deepEqual(pair.errors, []);
  }
});

test("an application that reads less than there is hears of the rest, also when no more comes", () => {
  const pair = new Pair();
  pair.readsOnce = true;
  pair.bufferLength = 100;
  pair.send(frameBytes(binary, "x".repeat(1_000)));
  assert.equal(pair.received.length, 1_000);
});

test("a socket below that is never full lets more be written than it was told of first", () => {
  const pair = new Pair({ window: 1_000_000, latency: 1_000 });
  const before = pair.rooms.length;
  pair.act(() => pair.socket.write(new Uint8Array(1_000)));
  assert.ok(pair.rooms.length > before, "before anything has arrived");
});

test("frames right behind the answer are not lost", () => {
  const behind = textOf(frameBytes(binary, "welcome"));
  const pair = new Pair({ answer: (accept) => upgradeAnswer(accept) + behind });
  assert.equal(pair.received, "welcome");
});

test("a ping is answered with its payload, a pong is ignored", () => {
  const pair = new Pair();
  pair.send(frameBytes(fin | 9, "are you there"));
  pair.send(frameBytes(fin | 10, "unasked"));
  assert.deepEqual(
    pair.server?.frames.map(({ opcode, payload }) => [opcode, textOf(payload)]),
    [[10, "are you there"]],
  );
});

test("a flood of pings from a server that does not read takes no memory", () => {
  const pair = new Pair();
  pair.network.link.stall(true);
  for (let i = 0; i < 2_000; i++) pair.server?.send(frameBytes(fin | 9, "p".repeat(125)));
  pair.time.advance(100);
  pair.network.link.stall(false);
  pair.time.advance(100);
  const count = pair.server?.frames.length ?? 0;
  assert.ok(count > 0 && count < 60, `${count} answers`);
  assert.deepEqual(pair.errors, []);
});

test("a server that closes the WebSocket is answered, and its code is in the error", () => {
  const pair = new Pair();
  pair.send(frameBytes(fin | 8, "\u0003\u00f0policy"));
  assert.deepEqual(pair.errors, ["ws/ended: the server closed the WebSocket with code 1008"]);
  assert.deepEqual([...(pair.server?.frames[0]?.payload ?? [])], [3, 240]);
  assert.equal(pair.network.open, 0);
});

test("close says goodbye with code 1000, once, and nothing is called afterwards", () => {
  const pair = new Pair();
  pair.act(() => pair.socket.close());
  pair.act(() => pair.socket.close());
  pair.send(frameBytes(binary, "late"));
  assert.deepEqual(
    pair.server?.frames.map(({ opcode, payload }) => [opcode, ...payload]),
    [[8, 3, 232]],
  );
  assert.deepEqual([pair.received, pair.errors, pair.server?.isEnded], ["", [], true]);
  assert.equal(pair.network.open + pair.time.pending, 0);
});

const refusals: [string, (accept: string) => string, RegExp][] = [
  ["404", () => "HTTP/1.1 404 Not Found\r\n\r\n", /^ws\/refused: .*"HTTP\/1\.1 404 Not Found"/],
  ["a redirect", () => "HTTP/1.1 301 Moved\r\nLocation: x\r\n\r\n", /301 Moved/],
  ["MQTT on the port", () => "\x20\x02\x00\x01\r\n", /no HTTP answer/],
  ["a wrong proof", () => upgradeAnswer("AAAA"), /Sec-WebSocket-Accept/],
  ["no proof", () => "HTTP/1.1 101 OK\r\nUpgrade: websocket\r\n\r\n", /Sec-WebSocket-Accept/],
  ["no upgrade", (accept) => upgradeAnswer(accept).replace("Upgrade: W", "X: "), /did not change/],
  ["another protocol", (accept) => upgradeAnswer(accept).replace("mqtt", "chat"), /another proto/],
  [
    "an extension",
    (accept) => upgradeAnswer(accept, "Sec-WebSocket-Extensions: permessage-deflate"),
    /extension/,
  ],
  ["an endless answer", () => `HTTP/1.1 101 OK\r\n${"a: b\r\n".repeat(2_000)}`, /8192 bytes/],
  ["an endless line", () => `HTTP/1.1 101 OK\r\n${"a".repeat(9_000)}`, /8192 bytes/],
];

for (const [what, answer, error] of refusals) {
  test(`${what} instead of a WebSocket ends it with a reason, and no data goes out`, () => {
    const pair = new Pair({ answer });
    assert.match(pair.errors.join(), error);
    assert.deepEqual([pair.rooms, pair.server?.frames, pair.network.open], [[], [], 0]);
  });
}

test("an end before the WebSocket is open is told as that", () => {
  const pair = new Pair({ answer: () => "" });
  pair.network.link.shut();
  pair.time.advance(10);
  assert.match(pair.errors.join(), /^ws\/closed: /);
});

test("a refused connection is reported as the socket below reports it", () => {
  const time = new FakeTime();
  const network = new MemoryNetwork(time);
  network.connects = "refuse";
  const errors: unknown[] = [];
  new WebSocketTCP({
    host: "h",
    address: "192.0.2.1",
    port: 80,
    path: "/",
    socket: network.providers.tcp,
    random: seededRandom(1),
    timers: time,
    onError: (error) => errors.push(error),
  });
  time.advance(10);
  assert.deepEqual(errors, [new Error("refused")]);
});

const violations: [string, Uint8Array][] = [
  ["a masked frame", frameBytes(binary, "x", true)],
  ["a text frame", frameBytes(fin | 1, "x")],
  ["a reserved bit", frameBytes(binary | 0x40, "x")],
  ["a continuation of nothing", frameBytes(fin | 0, "x")],
  ["an unknown type", frameBytes(fin | 3, "x")],
  ["an unknown control frame", frameBytes(fin | 11, "x")],
  ["a control frame in parts", frameBytes(9, "x")],
  ["a long control frame", frameBytes(fin | 9, "x".repeat(126))],
  ["a frame of 2^63 bytes", Uint8Array.of(binary, 127, 255, 255, 255, 255, 255, 255, 255, 255)],
];

for (const [what, bytes] of violations) {
  test(`${what} ends the connection as a broken rule`, () => {
    const pair = new Pair();
    pair.send(bytes);
    assert.match(pair.errors.join(), /^ws\/protocol: the server broke a rule of WebSocket/);
    assert.deepEqual([pair.received, pair.network.open, pair.time.pending], ["", 0, 0]);
  });
}

test("a new message inside a message in parts is a broken rule", () => {
  const pair = new Pair();
  pair.send(frameBytes(2, "one"));
  pair.send(frameBytes(binary, "two"));
  assert.match(pair.errors.join(), /^ws\/protocol/);
  assert.equal(pair.received, "one");
});

test("a rule broken behind what an application reads is told from a turn of its own", () => {
  const pair = new Pair();
  pair.isReading = false;
  pair.send(Uint8Array.from([...frameBytes(binary, "good"), ...frameBytes(fin | 1, "bad")]));
  pair.isReading = true;
  pair.act(() => pair.read());
  assert.equal(pair.received, "good");
  assert.match(pair.errors.join(), /a text frame/);
});

test("what came before the end can be read after it, then the end is told", () => {
  const pair = new Pair();
  pair.isReading = false;
  pair.send(frameBytes(binary, "last words"));
  pair.network.link.shut();
  pair.time.advance(10);
  assert.deepEqual(pair.errors, []);
  pair.isReading = true;
  pair.act(() => pair.read());
  assert.equal(pair.received, "last words");
  assert.deepEqual(pair.errors, ["closed by the other end"]);
});

test("frames at random, cut at random, come out as they went in, in both directions", () => {
  for (let seed = 1; seed <= seedCount(200); seed++) {
    const random = seededRandom(seed);
    const upTo = (count: number) => Math.floor(random() * count);
    const pair = new Pair({ piece: 1 + upTo(300), window: 20 + upTo(3_000) });
    pair.bufferLength = 1 + upTo(600);
    let sent = "";
    let written = "";
    for (let i = 0; i < 30; i++) {
      const text = String.fromCharCode(97 + upTo(26)).repeat(
        upTo(4) === 0 ? upTo(2_000) : upTo(200),
      );
      if (upTo(4) === 0) pair.send(frameBytes(fin | 9, text.slice(0, 125)));
      const cut = upTo(text.length);
      pair.server?.send(frameBytes(cut > 0 ? 2 : binary, text.slice(0, cut || undefined)));
      if (cut > 0) pair.server?.send(frameBytes(fin | 0, text.slice(cut)));
      sent += text;
      pair.time.advance(upTo(3) === 0 ? 500 : 0);
      const isFree = pair.rooms.length > 0;
      if (!isFree) continue;
      pair.rooms.length = 0;
      pair.act(() => pair.socket.write(ascii(text.slice(0, 1024))));
      written += text.slice(0, 1024);
      if (text === "") pair.rooms.push(1024);
    }
    pair.time.advance(5_000);
    assert.ok(pair.received === sent, `seed ${seed}: ${pair.received.length} of ${sent.length}`);
    assert.ok(pair.server?.received === written, `seed ${seed}, to the server`);
    assert.deepEqual(pair.errors, [], `seed ${seed}`);
  }
});

test("whatever bytes a server sends, there is one error or none, and nothing is left behind", () => {
  for (let seed = 1; seed <= seedCount(500); seed++) {
    const random = seededRandom(seed);
    const bytes = Uint8Array.from({ length: 1 + random() * 400 }, () => random() * 256);
    const isOpen = seed % 2 === 0;
    const pair = new Pair(isOpen ? {} : { answer: () => textOf(bytes) });
    if (isOpen) pair.send(bytes);
    pair.time.advance(100);
    assert.ok(pair.errors.length <= 1, `seed ${seed}: ${pair.errors}`);
    if (pair.errors.length === 0) pair.act(() => pair.socket.close());
    assert.equal(pair.network.open + pair.time.pending, 0, `seed ${seed}`);
  }
});
