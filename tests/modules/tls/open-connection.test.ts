// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { hexOf } from "../../../modules/base/hex.ts";
import { concat } from "../../../modules/tls/bytes.ts";
import { handshakeMessage } from "../../../modules/tls/message-types.ts";
import { TLSBench } from "../../support/tls-bench.ts";
import { changeCipherSpec, record } from "../../support/tls-script.ts";

function opened(options: ConstructorParameters<typeof TLSBench>[1] = {}): TLSBench {
  return new TLSBench({}, options).works();
}

const four = Uint8Array.of(1, 2, 3, 4);

test("records of the server come as they were sent, whole and in order", () => {
  const bench = opened();
  let expected = bench.received;
  for (const length of [1, 0, 0, 16_384, 2]) {
    const bytes = new Uint8Array(length).fill(length);
    expected = concat(expected, bytes);
    bench.server.raw(bench.server.protect(23, bytes));
  }
  bench.run();
  assert.deepEqual(bench.errors, []);
  assert.equal(hexOf(bench.received), hexOf(expected));
});

test("a record that is changed, repeated, left out or from elsewhere ends the connection", () => {
  const cases: readonly [string, (bench: TLSBench) => Uint8Array[], number][] = [
    ["repeated", ({ server }) => [server.protect(23, four)].flatMap((one) => [one, one]), 20],
    ["left out", ({ server }) => [server.protect(23, four), server.protect(23, four)].slice(1), 20],
    [
      "reversed",
      ({ server }) => [server.protect(23, four), server.protect(23, four)].reverse(),
      20,
    ],
    ["in the clear", () => [record(23, four)], 20],
    ["an alert in the clear", () => [record(21, Uint8Array.of(1, 0))], 20],
    ["a handshake in the clear", () => [record(22, handshakeMessage(0))], 20],
    ["keys that change in the clear", () => [changeCipherSpec], 20],
    ["keys that change", ({ server }) => [server.protect(20, Uint8Array.of(1))], 10],
    ["asked to begin again", ({ server }) => [server.protect(22, handshakeMessage(0))], 10],
    ["a hello", ({ server }) => [server.protect(22, handshakeMessage(2, four))], 10],
    ["a ticket", ({ server }) => [server.protect(22, handshakeMessage(4, four))], 10],
    ["an empty handshake", ({ server }) => [server.protect(22, new Uint8Array(0))], 10],
    ["an alert of one byte", ({ server }) => [server.protect(21, Uint8Array.of(2))], 50],
    ["empty ones", ({ server }) => many(40, () => server.protect(23, new Uint8Array(0))), 10],
    ["a long one", ({ server }) => [server.protect(23, new Uint8Array(16_385))], 22],
    ["too short for a tag", () => [record(23, new Uint8Array(23))], 20],
  ];
  for (const [what, records, alert] of cases) {
    const bench = opened();
    bench.server.raw(...records(bench));
    bench.run();
    const isAfterOne = what === "repeated";
    assert.equal(bench.received.length, isAfterOne ? 8 : 4, what);
    bench.failed(what, "tls/failed", alert);
  }
});

function many(count: number, make: () => Uint8Array): Uint8Array[] {
  return Array.from({ length: count }, make);
}

test("any bit of a record that is changed is noticed, in its head too", () => {
  for (let at = 0; at < 5 + 8 + 4 + 16; at += at < 6 ? 1 : 3) {
    const bench = opened();
    const bytes = bench.server.protect(23, four);
    bytes[at] = (bytes[at] ?? 0) ^ (at < 5 ? 1 : 0x80);
    // A length that grew is waited for.
    bench.server.raw(bytes, at === 3 ? new Uint8Array(256) : new Uint8Array(1));
    bench.run();
    assert.equal(bench.received.length, 4, `byte ${at}`);
    assert.equal((bench.errors[0] as { code?: string } | undefined)?.code, "tls/failed", `${at}`);
  }
});

test("data before and between empty records is not lost, and few of them do no harm", () => {
  const bench = opened();
  const { server } = bench;
  for (let round = 0; round < 10; round++) {
    server.raw(...many(30, () => server.protect(23, new Uint8Array(0))), server.protect(23, four));
  }
  bench.run();
  assert.deepEqual(bench.errors, []);
  assert.equal(bench.received.length, 4 + 40);
});

test("an orderly end is told after the last byte, and answered by one", () => {
  const bench = opened();
  bench.server.raw(bench.server.protect(23, four), bench.server.protect(21, Uint8Array.of(1, 0)));
  bench.run();
  assert.equal(bench.received.length, 8);
  assert.equal(bench.errors.length, 1);
  assert.match(`${bench.errors[0]}`, /^Error: the other end has closed/);
  assert.deepEqual(bench.server.alerts, [Uint8Array.of(1, 0)]);
  assert.equal(bench.network.open, 0);
});

test("what comes after an orderly end is not read", () => {
  const bench = opened();
  bench.server.raw(bench.server.protect(21, Uint8Array.of(1, 0)), bench.server.protect(23, four));
  bench.run();
  assert.equal(bench.received.length, 4);
  assert.equal(bench.errors.length, 1);
});

test("a connection that is cut off is told as the socket tells it, after the last whole record", () => {
  const bench = opened();
  bench.server.raw(bench.server.protect(23, four));
  bench.server.raw(bench.server.protect(23, four).subarray(0, 32));
  bench.run();
  bench.network.link.shut();
  bench.run();
  assert.equal(bench.received.length, 8);
  assert.match(`${bench.errors}`, /^Error: closed by the other end$/);
  assert.equal(bench.network.open, 0);
});

test("the end waits until the application has read what came before it", () => {
  const bench = new TLSBench({}, { reads: "nothing" }).run();
  bench.server.raw(bench.server.protect(23, four), bench.server.protect(21, Uint8Array.of(1, 0)));
  bench.network.link.shut();
  bench.run();
  assert.equal(bench.errors.length, 0);
  bench.read();
  bench.run();
  assert.equal(bench.received.length, 4);
  assert.equal(bench.errors.length, 1);
  assert.equal(bench.time.pending, 0);
});

test("closing says so to the server, once, and nothing is called any more", () => {
  const bench = opened();
  bench.server.raw(bench.server.protect(23, four));
  bench.socket.close();
  bench.socket.close();
  bench.run();
  assert.deepEqual(bench.server.alerts, [Uint8Array.of(1, 0)]);
  assert.equal(bench.received.length, 4);
  assert.deepEqual(bench.errors, []);
  assert.equal(bench.time.pending, 0);
  assert.throws(() => bench.socket.write(four), /not open/);
});

test("closing in the middle of the handshake leaves nothing behind", () => {
  for (let ms = 0; ms < 14; ms += 2) {
    const bench = new TLSBench();
    bench.time.advance(ms);
    bench.socket.close();
    bench.run();
    assert.deepEqual(bench.errors, []);
    assert.equal(bench.network.open, 0);
    assert.equal(bench.time.pending, 0);
  }
});

test("the number in a nonce is that of the record, and never comes twice", () => {
  const bench = new TLSBench();
  let sent = new Uint8Array(0);
  const onLink = bench.network.onLink;
  bench.network.onLink = (link) => {
    onLink(link);
    const { onData } = link;
    link.onData = (bytes) => {
      sent = concat(sent, bytes);
      onData(bytes);
    };
  };
  bench.works();
  for (let round = 0; round < 5; round++) bench.socket.write(four);
  bench.socket.close();
  bench.run();
  const numbers: string[] = [];
  let isProtected = false;
  for (let at = 0; at < sent.length; ) {
    const [type = 0, , , high = 0, low = 0] = sent.subarray(at);
    if (isProtected) numbers.push(hexOf(sent.subarray(at + 5, at + 13)));
    if (type === 20) isProtected = true;
    at += 5 + high * 256 + low;
  }
  const expected = Array.from({ length: 8 }, (_, i) => `000000000000000${i}`);
  assert.deepEqual(numbers, expected);
});

test("nothing can be written before the end of the handshake, nor more than there is room for", () => {
  const bench = new TLSBench();
  for (let ms = 0; bench.opened === 0; ms++) {
    assert.ok(ms < 1_000);
    assert.throws(() => bench.socket.write(four), /not open/);
    bench.time.advance(1);
  }
  assert.throws(() => bench.socket.write(new Uint8Array(16_385)), /no room/);
  bench.works();
});

test("a socket that takes little at a time gets all in the end, in the same order", () => {
  for (const window of [34, 100]) {
    const bench = opened({ window });
    let expected = bench.server.received;
    for (let round = 0; round < 8; round++) {
      const bytes = new Uint8Array(window - 29).fill(round);
      bench.socket.write(bytes);
      assert.throws(() => bench.socket.write(bytes), /no room/, `${window}`);
      expected = concat(expected, bytes);
      bench.run();
    }
    assert.equal(hexOf(bench.server.received), hexOf(expected), `${window}`);
    bench.socket.close();
  }
  // Too little for a record with anything in it: the deadline of the application ends it.
  const bench = new TLSBench({}, { window: 29 }).run();
  assert.equal(bench.opened, 0);
  assert.deepEqual(bench.errors, []);
});
