// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { KeptTLSSession, unkeptIn } from "../../../../modules/app/sleep/kept-tls-session.ts";
import type { TLSSecureOptions } from "../../../../modules/ecma-419/tcp.ts";
import { LogBook } from "../../../support/log-book.ts";
import { MemoryRetained } from "../../../support/memory-retained.ts";
import { seededRandom } from "../../../support/random.ts";
import { testCrypto } from "../../../support/test-crypto.ts";

const broker = "broker.example:8883";
const ours: TLSSecureOptions = { certificateAuthorities: [Uint8Array.of(1, 2)] };
const session = (length: number) => new Uint8Array(length).fill(0x5e).buffer;
const crypto = testCrypto();

/** The memory of a board, and what it has kept at each of its wakes. */
class Bench {
  readonly memory = new MemoryRetained(2_048);
  readonly book = new LogBook();

  constructor() {
    this.memory.bytes.fill(0x55);
  }

  start(isWake: boolean): KeptTLSSession {
    const { memory, book } = this;
    return new KeptTLSSession({ memory, crypto, log: book.log, isWake });
  }
}

test("a session is found at the next wake, for the same broker and certificates only", () => {
  const bench = new Bench();
  bench.start(false).write(broker, ours, session(300));
  assert.deepEqual(bench.start(true).read(broker, ours), session(300));
  const others: (readonly [string, TLSSecureOptions])[] = [
    ["broker.example:8884", ours],
    [broker, {}],
    [broker, { certificateAuthorities: [Uint8Array.of(1, 3)] }],
    [broker, { certificateAuthorities: [Uint8Array.of(1), Uint8Array.of(2)] }],
    [broker, { clientCertificates: [Uint8Array.of(1, 2)] }],
    [broker, { ...ours, clientCertificates: [Uint8Array.of(4)] }],
  ];
  for (const [name, secure] of others) {
    assert.equal(bench.start(true).read(name, secure), undefined);
  }
  assert.deepEqual(bench.start(true).read(broker, ours), session(300));
});

test("any start but a wake finds nothing, and leaves no secret in the memory", () => {
  const bench = new Bench();
  bench.start(false).write(broker, ours, session(300));
  const restarted = bench.start(false);
  assert.equal(bench.memory.bytes.includes(0x5e), false);
  assert.equal(restarted.read(broker, ours), undefined);
  assert.equal(new Bench().start(true).read(broker, ours), undefined);
});

test("the last session takes the place of the one before, of which no byte stays, and clear forgets it", () => {
  const bench = new Bench();
  const kept = bench.start(false);
  kept.write(broker, ours, session(2_008));
  assert.equal(kept.read(broker, ours)?.byteLength, 2_008);
  kept.write(broker, ours, session(10));
  assert.equal(bench.memory.bytes.filter((byte) => byte === 0x5e).length <= 11, true);
  assert.equal(kept.read(broker, ours)?.byteLength, 10);
  kept.clear();
  assert.equal(kept.read(broker, ours), undefined);
  assert.equal(bench.memory.bytes.filter((byte) => byte === 0x5e).length <= 1, true);
});

test("a session that is too long is not kept, is counted over sleeps, and the board says so", () => {
  const bench = new Bench();
  const kept = bench.start(false);
  kept.write(broker, ours, session(300));
  kept.write(broker, ours, session(2_009));
  assert.equal(kept.read(broker, ours), undefined);
  assert.match(bench.book.lines.at(-1)?.text ?? "", /has 2009 bytes, and 2008 can be kept/);
  const woken = bench.start(true);
  woken.write(broker, ours, session(2_500));
  assert.equal(unkeptIn(bench.memory), 2);
  woken.write(broker, ours, session(5));
  woken.clear();
  assert.equal(unkeptIn(bench.memory), 2);
  bench.start(false);
  assert.equal(unkeptIn(bench.memory), 0);
});

test("a session that brings no new one is offered at four wakes, and then no more", () => {
  const bench = new Bench();
  bench.start(false).write(broker, ours, session(100));
  const offered = Array.from({ length: 6 }, () => bench.start(true).read(broker, ours));
  assert.deepEqual(
    offered.map((each) => each !== undefined),
    [true, true, true, true, false, false],
  );
  bench.start(true).write(broker, ours, session(100));
  assert.ok(bench.start(true).read(broker, ours));
});

test("one bit that is wrong, and any other memory, is no session", () => {
  const bench = new Bench();
  bench.start(false).write(broker, ours, session(20));
  const { bytes } = bench.memory;
  for (let bit = 0; bit < 8 * 60; bit++) {
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(bench.start(true).read(broker, ours), undefined, `bit ${bit}`);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  }
  const random = seededRandom(1);
  for (let round = 0; round < 300; round++) {
    for (let i = 0; i < bytes.length; i++) bytes[i] = 256 * random();
    bytes[0] = 1;
    assert.equal(bench.start(true).read(broker, ours), undefined);
    assert.equal(unkeptIn(bench.memory), 0);
  }
});
