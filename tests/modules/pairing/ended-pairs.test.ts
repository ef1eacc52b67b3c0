// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { encodeLink, KNOCK, OVER, WAKE } from "../../../modules/pairing/link/link-message.ts";
import { changeOvers, isOver, overAtOne } from "../../support/changed-over.ts";
import { PairingBench } from "../../support/pairing-bench.ts";

const minute = 60_000;

test("on each engine no change of what says that a pair is over ends it, nor what was said of another pair", () => {
  changeOvers(200);
});

test("a pair that is not over is ended by nothing that was recorded while it was used and made", () => {
  const bench = new PairingBench();
  const { a, b, bus } = bench;
  bench.pair();
  a.pairing.unpair("board-b");
  bench.run(minute);
  bench.pair();
  a.sendReading(600);
  bench.run(minute);
  const recording = bus.recording.slice();
  assert.ok(recording.some(isOver));
  const topics = new Set(recording.map(({ topic }) => topic));
  for (const topic of topics) for (const { payload } of recording) bus.inject(topic, payload);
  bench.run(minute);
  assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]]);
});

test("whatever the other end of a pair that is over says is answered once a second, also after a start", () => {
  const { bench } = overAtOne();
  const { a, b, bus } = bench;
  a.powerOff();
  b.restart();
  bench.run(minute);
  const before = bus.recording.filter(isOver).length;
  const topic = bus.recording.findLast(({ from }) => from === "board-a")?.topic ?? "";
  for (let i = 0; i < 100; i++) {
    bus.inject(topic, encodeLink(i % 2 === 0 ? WAKE : KNOCK));
    bench.run(100);
  }
  const count = bus.recording.filter(isOver).length - before;
  assert.ok(count >= 9 && count <= 11, `${count} answers in ten seconds`);
  const { forged } = b.pairing.counters;
  bus.inject(topic, new Uint8Array(65));
  bus.inject(topic, encodeLink(OVER, new Uint8Array(16).fill(3)));
  bus.inject(topic, encodeLink(WAKE), true);
  assert.equal(b.pairing.counters.forged - forged, 3);
  assert.equal(bus.recording.filter(isOver).length - before, count);
  const { multiplications } = b.crypto;
  bus.fate = () => [1];
  a.powerOn();
  bench.run(3 * minute);
  assert.equal(a.pairing.describePeers(), "");
  assert.equal(b.crypto.multiplications, multiplications, "an end costs no multiplication");
});

test("of a pair that is over no secret stays in the storage, and of more than four the last are kept", () => {
  const bench = new PairingBench({ boards: 7 });
  const [a, ...others] = bench.ends;
  if (!a) throw new Error("seven boards");
  for (const other of others) bench.pair(a, other);
  for (const other of others) other.powerOff();
  bench.run(5 * minute);
  const secrets = new Uint8Array(a.store.read("peers-a") as ArrayBuffer);
  const first = secrets.slice(8, 40).join();
  for (const { name } of others) {
    a.pairing.unpair(name);
    a.pairing.unpair(name);
  }
  for (const key of a.store) {
    assert.ok(!new Uint8Array(a.store.read(key) as ArrayBuffer).join().includes(first), key);
  }
  assert.equal(a.store.read("ended")?.byteLength, 4 * 64);
  bench.run(1_000);
  a.restart();
  for (const other of others) other.powerOn();
  bench.run(5 * minute);
  const left = others.filter((other) => other.pairing.describePeers() !== "");
  assert.deepEqual(
    left.map(({ name }) => name),
    ["board-b", "board-c"],
  );
  assert.equal(a.store.read("ended"), undefined);
});

test("a record of pairs that are over that is damaged is passed over, and a storage that takes none ends nothing", () => {
  for (const length of [0, 1, 63, 64, 1_000]) {
    const bench = new PairingBench();
    const { a, b } = bench;
    bench.pair();
    a.powerOff();
    a.store.write("ended", new Uint8Array(length).fill(7));
    a.powerOn();
    bench.run(minute);
    assert.deepEqual([a.paired, b.paired], [["board-b"], ["board-a"]], `${length} bytes`);
  }
  const bench = new PairingBench();
  const { a, b } = bench;
  bench.pair();
  b.store.failAt = b.store.writes;
  a.pairing.unpair("board-b");
  bench.run(minute);
  assert.ok(b.said.some((text) => /^board-a has ended the pair, not stored/.test(text)));
  assert.deepEqual(b.paired, ["board-a"]);
  b.store.failAt = undefined;
  bench.run(minute);
  assert.deepEqual([a.pairing.describePeers(), b.pairing.describePeers()], ["", ""]);
});

test("a pair that is over and gives its place to a ninth is told to its other end all the same", () => {
  const bench = new PairingBench({ boards: 10 });
  const [a, ...others] = bench.ends;
  const [first, last] = [others[0], others[8]];
  if (!a || !first || !last) throw new Error("ten boards");
  for (const other of others.slice(0, 8)) bench.pair(a, other);
  first.powerOff();
  bench.run(5 * minute);
  a.pairing.unpair(first.name);
  bench.pair(a, last);
  assert.equal(a.paired.length, 8);
  first.powerOn();
  bench.run(3 * minute);
  assert.equal(first.pairing.describePeers(), "");
});
