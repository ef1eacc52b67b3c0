// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { ResponseReader } from "../../../modules/http/response-reader.ts";
import { seededRandom } from "../../support/random.ts";
import { seedCount } from "../../support/seeds.ts";

const limits = { head: 400, body: 100, kept: 20 };

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Reads an answer in pieces of that size; `left`: bytes that are not of it. */
function read(text: string, { piece = 1_000, end = false, isHead = false } = {}) {
  const reader = new ResponseReader(limits, isHead);
  const bytes = bytesOf(text);
  let used = 0;
  for (let at = 0; at < bytes.length && !reader.isDone; at += piece) {
    used += reader.take(bytes.subarray(at, at + piece));
  }
  if (end) reader.end();
  const { status, isDone, isCut, isKeptAlive, failure, location, retryAfter } = reader;
  const left = bytes.length - used;
  const why = failure?.message;
  return { status, text: reader.text, isDone, isCut, isKeptAlive, why, location, retryAfter, left };
}

const good: readonly [name: string, text: string, seen: Partial<ReturnType<typeof read>>][] = [
  [
    "with a length",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    { status: 200, text: "hello", isKeptAlive: true },
  ],
  [
    "without a body",
    "HTTP/1.1 204 No Content\r\n\r\n",
    { status: 204, text: "", isKeptAlive: true },
  ],
  ["without a reason", "HTTP/1.1 404\r\ncontent-length:0\r\n\r\n", { status: 404 }],
  ["with bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", { status: 200, text: "ok" }],
  [
    "in chunks",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nhel\r\n002;x=y\r\nlo\r\n0\r\nA: b\r\n\r\n",
    { status: 200, text: "hello", isKeptAlive: true },
  ],
  [
    "in chunks with a length beside them, of which the chunks count",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    { text: "abc", isKeptAlive: false },
  ],
  [
    "that says the connection closes",
    "HTTP/1.1 200 OK\r\nConnection: foo, Close\r\nContent-Length: 0\r\n\r\n",
    { isKeptAlive: false },
  ],
  [
    "of HTTP/1.0",
    "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    { status: 200, isKeptAlive: false },
  ],
  [
    "of HTTP/1.0 that keeps the connection",
    "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
    { isKeptAlive: true },
  ],
  [
    "after others that are not final, of which nothing is kept",
    "HTTP/1.1 100 Continue\r\nLocation: /x\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\n!",
    { status: 201, text: "!", location: undefined },
  ],
  [
    "that sends elsewhere and asks for patience",
    "HTTP/1.1 307 No\r\nLocation:  /there \r\nRETRY-AFTER: 120\r\nContent-Length: 0\r\n\r\n",
    { status: 307, location: "/there", retryAfter: "120" },
  ],
  [
    "with a header of 300 bytes that nobody needs",
    `HTTP/1.1 200 OK\r\nSet-Cookie: ${"x".repeat(300)}\r\nContent-Length: 0\r\n\r\n`,
    { status: 200, isDone: true },
  ],
  [
    "with something behind it, which is not of it",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1",
    { text: "a", left: 8 },
  ],
];

for (const [name, text, seen] of good) {
  test(`an answer ${name} is read, in pieces of every size`, () => {
    for (let piece = 1; piece <= text.length; piece++) {
      const { left, ...rest } = read(text, { piece });
      const all = { ...rest, left: piece === text.length ? left : (seen.left ?? 0) };
      assert.deepEqual({ ...all, ...seen }, all, `pieces of ${piece}`);
      assert.equal(all.isDone, true);
      assert.equal(all.why, undefined);
    }
  });
}

test("an answer without a length ends with the connection, which is not kept", () => {
  const { isDone, text, isKeptAlive, why } = read("HTTP/1.1 200 OK\r\n\r\nhello", { end: true });
  assert.deepEqual([isDone, text, isKeptAlive, why], [true, "hello", false, undefined]);
});

test("the answer to HEAD has no body, whatever its length says", () => {
  const { isDone, status } = read("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", {
    isHead: true,
  });
  assert.deepEqual([isDone, status], [true, 200]);
});

test("of a long body the beginning is kept, and the end is not waited for", () => {
  const { isDone, isCut, isKeptAlive, text, why } = read(
    `HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n${"abcdefghij".repeat(11)}`,
  );
  assert.deepEqual([isDone, isCut, isKeptAlive, why], [true, true, false, undefined]);
  assert.equal(text, "abcdefghijabcdefghij");
});

test("a body is text as UTF-8 where it is, also when a character was cut, else as ASCII", () => {
  const withBody = (body: string) =>
    `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  assert.equal(read(withBody("\xc3\xbc")).text, "ü");
  assert.equal(read(withBody(`${"x".repeat(19)}\xc3\xbc`)).text, "x".repeat(19));
  assert.equal(read(withBody("a\xff\x1b[2Jb")).text, "a??[2Jb");
});

const bad: readonly [text: string, why: RegExp][] = [
  ["SSH-2.0-OpenSSH_9.2\r\n", /does not speak HTTP\/1.1: it says "SSH-2.0/],
  ["\x15\x03\x03\x00\x02\x02\x46", /it speaks TLS, use https/],
  ["HTTP/2 200\r\n", /does not speak HTTP/],
  ["HTTP/1.1 999 x\r\n", /does not speak HTTP/],
  ["HTTP/1.1 20 x\r\n", /does not speak HTTP/],
  ["HTTP/1.1 101 Switching\r\n\r\n", /a protocol that nobody wants/],
  ["HTTP/1.1 200 OK\r\nContent-Length: -1\r\n", /Content-Length is no number/],
  ["HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n", /Content-Length is no number/],
  ["HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n", /or there are two/],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n", /transfer coding/],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", /does not say its size/],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", /does not say its size/],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", /longer than it says/],
  [`HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(80)}`, /headers have more than 400 bytes/],
  ["HTTP/1.1 100 Continue\r\n\r\n".repeat(20), /headers have more than 400 bytes/],
  [
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${"A: b\r\n".repeat(80)}`,
    /headers have more than 400 bytes/,
  ],
];

for (const [text, why] of bad) {
  test(`${JSON.stringify(text.slice(0, 70))} is refused: ${why.source}`, () => {
    for (const piece of [1, 2, 7, 1_000]) {
      const seen = read(text, { piece });
      assert.match(seen.why ?? "", why);
      assert.deepEqual([seen.isDone, seen.isKeptAlive], [true, false]);
    }
  });
}

test("a connection that ends early is told apart by how much of the answer had come", () => {
  assert.match(read("", { end: true }).why ?? "", /ended before the answer/);
  for (const text of [
    "HTTP/1.1",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
  ]) {
    assert.match(read(text, { end: true }).why ?? "", /ended within the answer/);
  }
});

/** Pieces of answers and of what is none, put together at random and damaged. */
const words = [
  ...["HTTP/1.1 200 OK", "HTTP/1.0 404", "HTTP/1.1 100 Continue", "HTTP/2", "\r\n", "\n", "\r"],
  ...["\r\n\r\n", "Content-Length: 3", "Content-Length: 99999999999", "Location: //x", ":", " "],
  ...[
    "Transfer-Encoding: chunked",
    "Connection: close",
    "0",
    "3",
    "ffffffffff",
    "abc",
    "\0",
    "\xff",
  ],
  "x".repeat(200),
];

test("whatever bytes come, in whichever pieces, reading ends, keeps to its limits and never throws", () => {
  for (let seed = 1; seed <= seedCount(3_000); seed++) {
    const random = seededRandom(seed);
    const pick = (count: number) => Math.floor(random() * count);
    let text = random() < 0.7 ? "HTTP/1.1 200 OK\r\n" : "";
    for (let i = pick(40); i > 0; i--) text += words[pick(words.length)];
    const bytes = bytesOf(text);
    for (let i = pick(4); i > 0; i--) bytes[pick(bytes.length)] = pick(256);
    const reader = new ResponseReader(limits, random() < 0.1);
    let given = 0;
    while (given < bytes.length && !reader.isDone) {
      const piece = bytes.subarray(given, given + 1 + pick(64));
      const used = reader.take(piece);
      assert.ok(used > 0 && used <= piece.length);
      assert.ok(used === piece.length || reader.isDone);
      given += used;
    }
    reader.end();
    assert.equal(reader.isDone, true);
    assert.ok(reader.text.length <= limits.kept);
    if (reader.failure === undefined) assert.ok(reader.status >= 200 && reader.status < 600);
  }
});

test("however an answer is cut in pieces, the same is read", () => {
  for (let seed = 1; seed <= seedCount(1_000); seed++) {
    const random = seededRandom(seed);
    let text = "HTTP/1.1 200 OK\r\n";
    for (let i = Math.floor(random() * 20); i > 0; i--) {
      text += words[Math.floor(random() * words.length)];
    }
    const { left: _, ...whole } = read(text, { end: true });
    const { left: __, ...pieces } = read(text, { piece: 1 + Math.floor(random() * 9), end: true });
    assert.deepEqual(pieces, whole, JSON.stringify(text));
  }
});
