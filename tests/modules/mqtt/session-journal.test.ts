// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { recordOf } from "../../../modules/mqtt/publish/journal.ts";
import { outgoingMessage } from "../../../modules/mqtt/publish/outgoing-message.ts";
import type { MqttSession, MqttSessionOptions } from "../../../modules/mqtt/session.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";
import { CuttingStore, PoweredTimers } from "../../support/powered-board.ts";
import { seededRandom } from "../../support/random.ts";
import { SessionBench } from "../../support/session-bench.ts";

/** Keys of messages in the store, in order. */
function messagesIn(store: MemoryKeyValue): string[] {
  return [...store].filter((key) => key.startsWith("m"));
}

/** A session that cannot connect, with a store. */
function offline(options: Partial<MqttSessionOptions> = {}) {
  const bench = new SessionBench();
  bench.network.connects = "silent";
  const store = new MemoryKeyValue();
  const session = bench.session({ store, ...options });
  session.start();
  return { bench, store, session };
}

test("a message is written when it has waited for five seconds, and deleted when confirmed", () => {
  const { bench, store, session } = offline();
  session.publish("t", "x", { QoS: 1 });
  bench.time.advance(4_500);
  assert.deepEqual(messagesIn(store), []);
  bench.time.advance(2_000);
  assert.deepEqual(messagesIn(store), ["m1"]);
  assert.equal(session.counters.journalWrites, 1);
  bench.time.advance(60_000);
  assert.equal(session.counters.journalWrites, 1, "once");
  bench.network.connects = "accept";
  bench.until(() => session.counters.delivered === 1);
  assert.deepEqual(messagesIn(store), []);
  assert.equal(session.counters.journalWrites, 2);
});

test("what is confirmed at once is never written", () => {
  const bench = new SessionBench();
  const store = new MemoryKeyValue();
  const session = bench.online({ store });
  for (let i = 0; i < 100; i++) {
    session.publish("t", "x", { QoS: ((i % 2) + 1) as 1 | 2 });
    bench.time.advance(500);
  }
  assert.equal(session.counters.delivered, 100);
  assert.equal(store.writes, 0);
});

test("QoS 0, messages with an expiry and more than the journal's limit are not written", () => {
  const { bench, store, session } = offline({ journal: { count: 2 } });
  session.publish("t", "0", { QoS: 0 });
  session.publish("t", "e", { QoS: 1, expiry: 600_000 });
  for (const text of ["1", "2", "3"]) session.publish("t", text, { QoS: 1 });
  bench.time.advance(8_000);
  assert.equal(messagesIn(store).length, 2);
});

test("a long outage costs no more writes than allowed, however much is published", () => {
  const { bench, store, session } = offline({ journal: { count: 8, perHour: 60 } });
  const hours = 10;
  for (let second = 0; second < hours * 3_600; second++) {
    session.publish("t", String(second), { QoS: 1, policy: "drop-oldest" });
    bench.time.advance(1_000);
  }
  // Each of them is deleted, too; the counter of attempts takes a few.
  const most = 2 * (8 + 60 * hours) + 20;
  assert.ok(store.writes <= most, `${store.writes} writes, at most ${most}`);
  assert.ok(store.writes > most / 2, `${store.writes} writes: the journal is in use`);
  const kept = store.writes;
  session.stop();
  bench.time.advance(10);
  assert.ok(messagesIn(store).length > 2 && store.writes - kept <= 8, "a stop keeps what it can");
});

test("a QoS 2 message is written once more when PUBREC comes, however often", () => {
  const { bench, store, session } = offline();
  session.publish("t", "x", { QoS: 2 });
  bench.time.advance(8_000);
  bench.network.connects = "accept";
  bench.broker.muted.add("PUBREL");
  bench.until(() => session.state.kind === "online");
  bench.time.advance(50);
  assert.equal(session.counters.journalWrites, 2);
  const { id } = bench.broker.published("t")[0] ?? { id: 0 };
  for (let i = 0; i < 5; i++) bench.broker.send(Uint8Array.of(0x50, 2, id >> 8, id & 255));
  bench.time.advance(50);
  assert.equal(session.counters.journalWrites, 2);
  assert.equal(messagesIn(store).length, 1);
});

/** Starts another life of the board with the same store. */
function reboot(bench: SessionBench, store: MemoryKeyValue, seed = 2): MqttSession {
  const session = bench.session({ store, random: seededRandom(seed) });
  session.start();
  return session;
}

test("messages survive a power cut, in order, with their ids, as repetitions", () => {
  const bench = new SessionBench();
  const store = new MemoryKeyValue();
  const timers = new PoweredTimers(bench);
  const session = bench.session({ store, timers });
  session.start();
  bench.until(() => session.state.kind === "online");
  bench.broker.muted.add("PUBLISH");
  session.publish("t", "1", { QoS: 1, retain: true });
  session.publish("t", "2", { QoS: 2 });
  session.publish("é/€", new Uint8Array(0), { QoS: 1 });
  bench.time.advance(8_000);
  timers.cut();
  bench.network.link.powerless = true;
  bench.network.link.cut();
  bench.broker.muted.clear();
  const second = reboot(bench, store);
  assert.equal(second.outgoing, 3);
  bench.until(() => second.counters.delivered === 3);
  const [first, again] = bench.broker.connections.map(({ packets }) =>
    packets.flatMap((packet) => (packet.type === "PUBLISH" ? [packet] : [])),
  );
  assert.deepEqual(
    again,
    first?.map((packet) => ({ ...packet, duplicate: true })),
  );
  assert.deepEqual(messagesIn(store), []);
});

test("what an earlier life has left goes out before all that is published since, also before the start", () => {
  const { bench, store, session } = offline();
  for (const text of ["1", "2", "3"]) session.publish("t", text, { QoS: 1 });
  session.stop();
  bench.time.advance(10);
  const second = bench.session({ store });
  bench.network.connects = "accept";
  assert.equal(second.outgoing, 3);
  second.publish("t", "4", { QoS: 1 });
  second.publish("t", "5", { QoS: 0 });
  second.start();
  bench.until(() => second.outgoing === 0);
  assert.deepEqual(bench.broker.payloads("t"), ["1", "2", "3", "4", "5"]);
  // The same in one life, with what was published between stop and start.
  bench.network.connects = "silent";
  bench.network.link.cut();
  for (const text of ["6", "7"]) second.publish("t", text, { QoS: 1 });
  second.stop();
  bench.time.advance(10);
  second.publish("t", "8", { QoS: 1, policy: "latest" });
  bench.network.connects = "accept";
  second.start();
  second.publish("t", "9", { QoS: 1 });
  bench.until(() => second.outgoing === 0);
  assert.deepEqual(bench.broker.payloads("t").slice(5), ["6", "7", "8", "9"]);
});

test("messages of an earlier life wait as all others do, and give way as they would have", () => {
  const journal = { count: 40 };
  const { bench, store, session } = offline({ journal, limits: { outboxCount: 60 } });
  for (let i = 0; i < 32; i++) session.publish("t", String(i), { QoS: 1 });
  session.publish("kept", "x", { QoS: 1, policy: "reject" });
  session.stop();
  bench.time.advance(10);
  const second = bench.session({ store, journal, limits: { outboxCount: 20 } });
  assert.equal(second.outgoing, 33);
  assert.equal(second.unconfirmed, 0);
  for (let i = 32; i < 60; i++) assert.equal(second.publish("t", String(i), { QoS: 1 }), true);
  assert.equal(second.outgoing, 20);
  bench.network.connects = "accept";
  second.start();
  bench.until(() => second.outgoing === 0);
  assert.deepEqual(
    bench.broker.payloads("t").map(Number),
    Array.from({ length: 19 }, (_, i) => 41 + i),
  );
  assert.deepEqual(bench.broker.payloads("kept"), ["x"]);
  assert.deepEqual(messagesIn(store), []);
});

test("what stop leaves goes out after the next start, also in the same life", () => {
  const { bench, store, session } = offline({ limits: { outboxCount: 3 } });
  for (const text of ["1", "2", "3"]) session.publish("t", text, { QoS: 1 });
  session.stop();
  bench.time.advance(10);
  assert.equal(session.outgoing, 0);
  assert.equal(messagesIn(store).length, 3);
  bench.network.connects = "accept";
  session.start();
  bench.until(() => session.counters.delivered === 3);
  assert.deepEqual(bench.broker.payloads("t"), ["1", "2", "3"]);
  assert.equal(session.outgoing, 0);
  assert.deepEqual(messagesIn(store), []);
});

test("records that are broken or of another form are deleted, the others are sent", () => {
  const store = new MemoryKeyValue();
  const good = outgoingMessage("t", Uint8Array.of(0x78), 10, { QoS: 1 });
  good.id = 7;
  const record = recordOf(good);
  store.write("m5", record);
  store.write("m1", record.subarray(0, 5));
  store.write("m2", Uint8Array.of(2, ...record.subarray(1)));
  store.write(
    "m3",
    record.map((byte, i) => (i === 1 ? 3 : byte)),
  );
  store.write(
    "m4",
    record.map((byte, i) => (i === 6 ? 0x23 : byte)),
  );
  store.write("m6", new Uint8Array(0));
  store.write("mx", Uint8Array.of(1));
  const bench = new SessionBench();
  const session = reboot(bench, store);
  bench.until(() => session.counters.delivered === 1);
  assert.deepEqual(bench.broker.payloads("t"), ["x"]);
  assert.deepEqual(messagesIn(store), ["mx"]);
});

test("every cut-off record is either the message or nothing", () => {
  const message = outgoingMessage("topic", Uint8Array.of(1, 2, 3), 10, { QoS: 2, retain: true });
  message.id = 258;
  const record = recordOf(message);
  for (let length = 0; length < record.length; length++) {
    const store = new MemoryKeyValue();
    store.write("m1", record.subarray(0, length));
    const bench = new SessionBench();
    const session = bench.session({ store });
    assert.doesNotThrow(() => session.start());
  }
});

test("a store that fails is told and counted; the messages live on in memory", () => {
  const { bench, store, session } = offline();
  store.failAt = 0;
  session.publish("t", "x", { QoS: 1 });
  bench.time.advance(8_000);
  assert.ok(session.counters.journalErrors > 0);
  assert.match(bench.book.text, /the message store has failed: store is broken/);
  bench.network.connects = "accept";
  bench.until(() => session.counters.delivered === 1);
});

test("a record that cannot be read now is not deleted", () => {
  const { bench, store, session } = offline();
  session.publish("t", "x", { QoS: 1 });
  session.stop();
  bench.time.advance(10);
  const read = store.read.bind(store);
  store.read = () => {
    throw new Error("flash");
  };
  bench.network.connects = "accept";
  session.start();
  bench.time.advance(100);
  assert.equal(session.counters.delivered, 0);
  session.stop();
  bench.time.advance(2_000);
  store.read = read;
  session.start();
  bench.until(() => session.counters.delivered === 1);
});

const birth = { topic: "s", payload: "online" };

/** The first wait of the next life with this store, ms; 0 when it tries at once. */
function firstWait(bench: SessionBench, options: Partial<MqttSessionOptions>): number {
  const session = bench.session({ random: () => 0.99, birth, ...options });
  session.start();
  const { state } = session;
  session.suspend();
  if (state.kind !== "waiting") return 0;
  assert.equal(state.reason, "mqtt/earlier-outage");
  return state.until - state.since;
}

test("what an outage has taught survives a reboot, and goes when the link is stable", () => {
  const { bench, store, session } = offline({ random: () => 0.99, birth });
  bench.until(() => session.state.kind === "waiting" && session.state.attempt === 4);
  session.suspend();
  assert.ok(firstWait(bench, { store }) > 30_000);
  const second = bench.session({ store, random: () => 0.99, birth });
  second.start();
  bench.network.connects = "accept";
  bench.until(() => second.state.kind === "online");
  bench.time.advance(32_000);
  assert.equal(store.read("retry"), undefined);
  assert.equal(firstWait(bench, { store }), 0);
});

test("the length of an outage survives a reboot", () => {
  const { bench, store, session } = offline({ random: () => 0.99 });
  bench.network.connects = "refuse";
  bench.time.advance(600_000);
  session.suspend();
  assert.ok(firstWait(bench, { store }) > 25_000, "of at most 30 s");
  const other = new SessionBench();
  other.network.connects = "refuse";
  const next = other.session({ store, random: () => 0.99 });
  next.start();
  other.until(() => next.state.kind === "waiting" && next.state.attempt === 2);
  assert.ok(next.state.kind === "waiting" && next.state.until - next.state.since > 25_000);
});

test("another broker, user or password does not wait for what the one before has done", () => {
  const { bench, store, session } = offline({ random: () => 0.99, user: "u", password: "wrong" });
  bench.until(() => session.state.kind === "waiting" && session.state.attempt === 4);
  session.suspend();
  const login = { store, user: "u", password: "wrong" };
  const brokers = [{ host: "other.test", port: 1883, secure: false }];
  const waits = [
    login,
    { ...login, password: "right" },
    { ...login, user: "v" },
    { ...login, brokers },
  ].map((options) => firstWait(bench, { ...options, birth: undefined } as never));
  assert.deepEqual(
    waits.map((wait) => wait > 0),
    [true, false, false, false],
  );
});

test("a record of another form, or a damaged one, means nothing", () => {
  for (const bytes of [[7], [], [1, 5, 5, 0, 0, 0, 0], [2, 5, 5, 0, 0, 0, 0]]) {
    const store = new MemoryKeyValue();
    store.write("retry", Uint8Array.from(bytes));
    assert.equal(firstWait(new SessionBench(), { store }), 0);
  }
});

for (const connects of ["refuse", "silent"] as const) {
  test(`a long outage costs few writes of what it teaches: ${connects}`, () => {
    const { bench, store } = offline({ journal: { count: 0 } });
    bench.network.connects = connects;
    bench.time.advance(24 * 3_600_000);
    assert.ok(store.writes <= 14, `${store.writes} writes in a day`);
  });
}

/** So many messages, a power cut at a write of the store, and the next life of the board. */
function cutAt(write: number, kept: boolean, count: number): boolean {
  const bench = new SessionBench();
  const store = new CuttingStore();
  const timers = new PoweredTimers(bench);
  const done = new Set<string>();
  const publish = (session: MqttSession, text: string) =>
    session.publish("t", text, {
      QoS: Number(text) % 2 === 0 ? 2 : 1,
      onDone: (outcome) => {
        if (outcome === "delivered") done.add(text);
      },
    });
  store.cutAt = write;
  let isCut = false;
  let recorded: string[] = [];
  store.onCut = () => {
    if (isCut) return;
    isCut = true;
    recorded = messagesIn(store);
    timers.cut();
    if (bench.network.links.length > 0) bench.network.link.powerless = true;
  };
  // With a small window most of them wait, and far from the front.
  const limits = { window: count > 8 ? 1 : 8 };
  const session = bench.session({ store, timers, limits, journal: { age: 0 } });
  session.start();
  bench.until(() => session.state.kind === "online");
  // The broker answers late enough for the journal.
  bench.network.latency = 700;
  for (let i = 1; i <= count; i++) publish(session, String(i));
  for (let second = 0; second < 10 + 5 * count && !isCut; second++) bench.time.advance(1_000);
  bench.time.advance(5_000);
  if (bench.network.link.alive) bench.network.link.cut();
  bench.network.latency = 1;
  if (!kept) bench.broker.forget();
  const before = bench.broker.connections.length;
  store.cutAt = Number.POSITIVE_INFINITY;
  const second = reboot(bench, store);
  bench.time.advance(30_000);
  const what = `cut at write ${write}`;
  assert.equal(second.counters.delivered, recorded.length, what);
  assert.deepEqual(messagesIn(store), [], what);
  assert.equal(second.outgoing, 0, what);
  const arrived = bench.broker.payloads("t");
  for (const text of done) assert.ok(arrived.includes(text), `${what}: ${text} was lost`);
  for (let i = 2; kept && i <= count; i += 2) {
    const times = arrived.filter((text) => text === String(i)).length;
    assert.ok(times <= 1, `${what}: QoS 2, ${times} times`);
  }
  const decoder = new TextDecoder();
  for (const { packets } of bench.broker.connections.slice(before)) {
    for (const packet of packets) {
      if (packet.type !== "PUBLISH" || packet.duplicate || !kept) continue;
      assert.ok(!done.has(decoder.decode(packet.payload)), `${what}: confirmed, but sent as new`);
    }
  }
  return isCut;
}

for (const [kept, count] of [
  [true, 6],
  [false, 6],
  [true, 14],
] as const) {
  const session = kept ? "the broker keeps the session" : "the broker has lost the session";
  test(`a power cut at every write of the journal loses nothing on record: ${count} messages; ${session}`, () => {
    let write = 0;
    while (cutAt(write, kept, count)) write++;
    assert.ok(write >= 2.5 * count, `${write} writes were cut`);
  });
}

test("readings that wait far from the front are written in their order, and go out in it", () => {
  const { bench, store, session } = offline({ limits: { outboxCount: 60 } });
  const second = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      session.publish("t", String(i), { QoS: i % 3 === 0 ? 2 : 1 });
      bench.time.advance(1_000);
    }
  };
  second(0, 50);
  assert.equal(messagesIn(store).length, 32, "the journal is full");
  session.suspend();
  const later = reboot(bench, store);
  bench.network.connects = "accept";
  bench.until(() => later.counters.delivered === 32);
  const arrived = bench.broker.payloads("t").map(Number);
  const ofQoS = (isTwo: boolean) => arrived.filter((i) => (i % 3 === 0) === isTwo);
  for (const list of [ofQoS(true), ofQoS(false)]) {
    assert.deepEqual(
      list,
      [...list].sort((a, b) => a - b),
    );
  }
  assert.deepEqual(
    [...arrived].sort((a, b) => a - b),
    Array.from({ length: 32 }, (_, i) => i),
  );
  assert.deepEqual(messagesIn(store), []);
});
