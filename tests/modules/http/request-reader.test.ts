// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { RequestReader } from "../../../modules/http/request-reader.ts";
import { seededRandom } from "../../support/random.ts";
import { seedCount } from "../../support/seeds.ts";

const limits = { head: 600, body: 100 };
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** What a reader makes of bytes that come in pieces of so many. */
function read(text: string, piece = text.length): RequestReader {
  const reader = new RequestReader(limits);
  const bytes = latin1(text);
  for (let at = 0; at < bytes.length; at += Math.max(1, piece)) {
    reader.take(bytes.subarray(at, at + Math.max(1, piece)));
  }
  return reader;
}

function summaryOf(reader: RequestReader): string {
  const { isDone, failure, method, target, host, origin, contentType, body } = reader;
  const facts = { isDone, failure, method, target, host, origin, contentType, body: [...body] };
  return JSON.stringify(facts);
}

const post = [
  "POST /save?a=b HTTP/1.1",
  "Host: 192.168.4.1",
  "Origin: HTTP://192.168.4.1",
  "Content-Type: application/x-www-form-urlencoded",
  "Content-Length: 5",
  "",
  "a=%20",
].join("\r\n");

test("a request is read with what a server wants to know of it, and its body", () => {
  const reader = read(post);
  assert.equal(reader.failure, undefined);
  assert.equal(reader.isDone, true);
  assert.equal(reader.method, "POST");
  assert.equal(reader.target, "/save?a=b");
  assert.equal(reader.host, "192.168.4.1");
  assert.equal(reader.origin, "http://192.168.4.1");
  assert.equal(reader.contentType, "application/x-www-form-urlencoded");
  assert.deepEqual(reader.body, latin1("a=%20"));
});

test("pieces of any size make the same request", () => {
  const whole = summaryOf(read(post));
  for (let piece = 1; piece < post.length; piece++)
    assert.equal(summaryOf(read(post, piece)), whole);
});

test("what old, odd and lazy clients send is taken", () => {
  const cases: [string, Partial<RequestReader>][] = [
    ["GET / HTTP/1.0\r\n\r\n", { method: "GET", target: "/" }],
    ["\r\nGET / HTTP/1.1\nHost: a\n\n", { method: "GET", host: "a" }],
    ["GET http://Captive.Example/x HTTP/1.1\r\nHost: y\r\n\r\n", { host: "captive.example" }],
    ["GET http://captive.example HTTP/1.1\r\nHost: y\r\n\r\n", { target: "/" }],
    ["GET /a HTTP/1.7\r\nhOsT:\t b:80 \r\n\r\n", { host: "b:80" }],
    ["BREW / HTTP/1.1\r\nHost: a\r\nX-Empty:\r\n\r\n", { method: "BREW" }],
    ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", { method: "POST" }],
    [`GET / HTTP/1.1\r\nCookie: ${"x".repeat(540)}\r\nHost: a\r\n\r\n`, { host: "a" }],
  ];
  for (const [text, wanted] of cases) {
    const reader = read(text);
    assert.equal(reader.failure, undefined, text);
    assert.equal(reader.isDone, true, text);
    for (const [name, value] of Object.entries(wanted)) {
      assert.equal(reader[name as keyof RequestReader], value, `${name} of ${text}`);
    }
  }
});

test("what breaks a rule, or asks for too much, is refused with its status", () => {
  const get = "GET / HTTP/1.1\r\nHost: a\r\n";
  const cases: [string, number][] = [
    ["hello\r\n", 400],
    ["GET  / HTTP/1.1\r\n", 400],
    ["GET / HTTP/1.1 \r\n", 400],
    ["GET * HTTP/1.1\r\n", 400],
    ["CONNECT a:443 HTTP/1.1\r\n", 400],
    ["GET /\0 HTTP/1.1\r\n", 400],
    ["GET / HTTP/2.0\r\n", 505],
    [`GET /${"a".repeat(520)} HTTP/1.1\r\n`, 414],
    ["GET / HTTP/1.1\r\n\r\n", 400],
    [`${get}Host: b\r\n\r\n`, 400],
    [`${get}Content-Length: 3\r\nContent-Length: 4\r\n\r\n`, 400],
    [`${get}Content-Length: -3\r\n\r\n`, 400],
    [`${get}Content-Length: 3, 3\r\n\r\n`, 400],
    [`${get}Content-Length: 101\r\n\r\n`, 413],
    [`${get}Transfer-Encoding: chunked\r\n\r\n`, 501],
    [`${get} folded: b\r\n\r\n`, 400],
    [`${get}no colon\r\n\r\n`, 400],
    [`${get}X : b\r\n\r\n`, 400],
    [`${get}X: \0\r\n\r\n`, 400],
    [`${get}X: a\rb\r\n\r\n`, 400],
    ["POST / HTTP/1.1\r\nHost: a\r\n\r\n", 411],
    [get + "X: y\r\n".repeat(120), 431],
    ["\n".repeat(700), 431],
    ["x".repeat(700), 431],
  ];
  for (const [text, status] of cases) {
    for (const piece of [text.length, 1]) {
      const reader = read(text, piece);
      assert.equal(reader.failure, status, JSON.stringify(text));
      assert.equal(reader.isDone, true);
    }
  }
});

test("any bytes are read without an exception, within the limits, and alike in pieces", () => {
  const words = [
    post,
    "GET / HTTP/1.1\r\n",
    "Host: a\r\n",
    "Content-Length: 9\r\n",
    "\r\n",
    " ",
    ":",
  ];
  for (let seed = 1; seed <= seedCount(300); seed++) {
    const random = seededRandom(seed);
    const pick = (count: number) => Math.floor(random() * count);
    let text = "";
    for (let i = pick(12); i >= 0; i--) {
      const word = words[pick(words.length)] ?? "";
      text +=
        pick(3) === 0 ? String.fromCharCode(...Array.from({ length: 9 }, () => pick(256))) : word;
    }
    const at = pick(text.length);
    text = text.slice(0, at) + String.fromCharCode(pick(256)) + text.slice(at + pick(3));
    const whole = read(text);
    assert.equal(summaryOf(read(text, 1 + pick(7))), summaryOf(whole), JSON.stringify(text));
    assert.ok(whole.body.length <= limits.body);
    if (whole.failure !== undefined) assert.ok(whole.failure >= 400 && whole.failure <= 505);
  }
});
