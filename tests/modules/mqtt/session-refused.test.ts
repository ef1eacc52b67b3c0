// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { messageOfRecord, recordOf } from "../../../modules/mqtt/publish/journal.ts";
import { outgoingMessage } from "../../../modules/mqtt/publish/outgoing-message.ts";
import type { MqttSession, MqttSessionOptions } from "../../../modules/mqtt/session.ts";
import type { PublishFields } from "../../support/broker-codec.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";
import { PoweredTimers } from "../../support/powered-board.ts";
import { seededRandom } from "../../support/random.ts";
import { SessionBench } from "../../support/session-bench.ts";

const birth = { topic: "status", payload: "online" };

/** A broker that closes at a message that it does not take, as there is no other way in MQTT 3.1.1. */
function refuse(bench: SessionBench, isRefused: (message: PublishFields) => boolean): void {
  bench.broker.onPacket = (packet, { link }) => {
    if (packet.type !== "PUBLISH" || !isRefused(packet)) return false;
    link.shut();
    return true;
  };
}

/** Refuses a topic. */
function forbid(bench: SessionBench, topic: string): void {
  refuse(bench, (message) => message.topic === topic);
}

/** So many readings at 1 Hz. */
function publishGood(bench: SessionBench, session: MqttSession, count: number): void {
  for (let i = 0; i < count; i++) {
    session.publish("good", String(i), { QoS: (i % 3) as 0 });
    bench.time.advance(1_000);
  }
  bench.until(() => session.outgoing === 0);
  bench.time.advance(1_000);
}

const roomy = { limits: { outboxCount: 300, outboxBytes: 100_000 } };
const all = Array.from({ length: 600 }, (_, i) => String(i));

for (const QoS of [1, 2] as const) {
  for (const forgets of [false, true]) {
    const kept = forgets ? "loses" : "keeps";
    test(`QoS ${QoS}: a message that the broker refuses is given up, and 600 others arrive; it ${kept} the session`, () => {
      const bench = new SessionBench();
      forbid(bench, "forbidden");
      if (forgets) bench.broker.onConnection = () => bench.broker.forget();
      const ends: string[] = [];
      const session = bench.online({
        ...roomy,
        birth,
        onDropped: ({ topic, outcome }) => ends.push(`${topic} ${outcome}`),
      });
      const onDone = (outcome: string) => ends.push(outcome);
      session.publish("forbidden", "x".repeat(40), { QoS, onDone });
      publishGood(bench, session, 600);
      assert.deepEqual(ends, ["refused", "forbidden refused"]);
      const arrived = bench.broker.payloads("good");
      assert.deepEqual([...new Set(arrived)].sort(), [...all].sort());
      assert.equal(session.counters.refused, 1);
      assert.ok(bench.broker.published("forbidden").length <= 4);
      const told = bench.book.lines.filter(({ event }) => event === "given-up");
      assert.equal(told.length, 1);
      assert.match(told[0]?.text ?? "", /40 bytes with QoS \d on forbidden/);
      assert.doesNotMatch(bench.book.text, /another client/);
    });
  }
}

test("the second attempt with a refused message is alone, also without QoS 0 beside it", () => {
  const bench = new SessionBench();
  forbid(bench, "forbidden");
  const session = bench.online({ ...roomy, birth });
  bench.widen(session);
  session.publish("forbidden", "x", { QoS: 1 });
  for (let i = 0; i < 5; i++) session.publish("good", String(i), { QoS: (i % 2) as 0 });
  bench.until(() => session.counters.refused === 1);
  const later = bench.broker.connections.slice(1).map(({ types }) => types);
  // The birth, alone; and when that is confirmed, the message, alone.
  assert.deepEqual(later, Array(3).fill("CONNECT PUBLISH PUBLISH"));
  bench.until(() => session.outgoing === 0);
  assert.deepEqual([...new Set(bench.broker.payloads("good"))].sort(), ["0", "1", "2", "3", "4"]);
});

test("the count survives a reboot with the message, and the message a broker that takes it again", () => {
  for (const isHealed of [false, true]) {
    const bench = new SessionBench();
    const store = new MemoryKeyValue();
    const timers = new PoweredTimers(bench);
    forbid(bench, "forbidden");
    const options = { store, journal: { age: 0 }, random: () => 0.999 };
    const session = bench.session({ ...options, timers });
    session.start();
    bench.until(() => session.state.kind === "online");
    session.publish("forbidden", "x", { QoS: 1 });
    bench.until(() => bench.broker.published("forbidden").length === 2);
    bench.until(() => session.state.kind === "waiting");
    bench.time.advance(1_500);
    timers.cut();
    if (isHealed) forbid(bench, "");
    const second = bench.session({ ...options, random: seededRandom(5) });
    second.start();
    bench.until(() => second.counters.refused + second.counters.delivered === 1);
    assert.equal(second.counters.refused, isHealed ? 0 : 1);
    assert.equal(second.counters.connects, 1);
    assert.deepEqual(
      [...store].filter((key) => key.startsWith("m")),
      [],
    );
  }
});

test("a record has the count, is one that earlier firmware reads, and one of that is read", () => {
  const message = outgoingMessage("t", Uint8Array.of(1), 10, { QoS: 1, retain: true });
  message.id = 258;
  const older = recordOf(message);
  assert.deepEqual([...older], [1, 5, 1, 2, 0, 1, 0x74, 1]);
  assert.equal(messageOfRecord(older)?.endings, undefined);
  for (const endings of [1, 2]) {
    message.endings = endings;
    const record = recordOf(message);
    assert.equal(messageOfRecord(record)?.endings, endings);
    // Form, QoS, retain and PUBREC are where they were.
    assert.deepEqual([record[0], (record[1] ?? 0) & 15], [1, 5]);
  }
});

test("a refused message that is larger than the send buffer is given up although it is never written to its end", () => {
  const bench = new SessionBench();
  const session = bench.online({ limits: { sendBuffer: 128 } });
  bench.network.window = 64;
  // As a broker does that looks at the length in the header.
  bench.broker.onConnection = ({ link }) => {
    const { onData } = link;
    link.onData = (data) => {
      onData(data);
      if (link.toBroker > 300) link.shut();
    };
  };
  bench.network.link.cut();
  session.publish("good", "x".repeat(3_000), { QoS: 1 });
  session.publish("good", "y", { QoS: 1 });
  bench.until(() => session.outgoing === 0);
  assert.equal(session.counters.refused, 1);
  assert.deepEqual(bench.broker.payloads("good"), ["y"]);
});

test("a broker that takes three seconds to refuse is known all the same", () => {
  const bench = new SessionBench();
  bench.broker.onPacket = (packet, { link }) => {
    if (packet.type !== "PUBLISH" || packet.topic !== "forbidden") return false;
    bench.time.set(() => link.shut(), 3_000);
    return true;
  };
  const session = bench.online({ ...roomy, birth });
  session.publish("forbidden", "x", { QoS: 1 });
  publishGood(bench, session, 100);
  assert.equal(session.counters.refused, 1);
  assert.equal(new Set(bench.broker.payloads("good")).size, 100);
});

test("a broker that never confirms one message, but others, does not get it for ever", () => {
  const bench = new SessionBench();
  bench.broker.onPacket = (packet) => packet.type === "PUBLISH" && packet.topic === "ignored";
  const session = bench.online({ ...roomy, birth });
  session.publish("ignored", "x", { QoS: 1 });
  publishGood(bench, session, 300);
  assert.equal(session.counters.refused, 1);
  assert.equal(new Set(bench.broker.payloads("good")).size, 300);
});

test("a broker that confirms nothing for ten minutes costs no message", () => {
  const bench = new SessionBench();
  const session = bench.online({ ...roomy, birth });
  bench.broker.muted.add("PUBLISH");
  for (let i = 0; i < 100; i++) session.publish("good", String(i), { QoS: ((i % 2) + 1) as 1 });
  bench.time.advance(600_000);
  bench.broker.muted.clear();
  bench.until(() => session.outgoing === 0);
  assert.equal(session.counters.refused, 0);
  assert.equal(new Set(bench.broker.payloads("good")).size, 100);
});

test("a link that is cut at random while readings go out costs none", () => {
  const bench = new SessionBench();
  const random = seededRandom(3);
  const session = bench.online({ ...roomy, birth });
  bench.network.latency = 20;
  for (let i = 0; i < 1_000; i++) {
    session.publish("good", String(i), { QoS: 1 });
    bench.time.advance(1_000);
    if (random() < 0.2) bench.network.link.cut();
  }
  bench.until(() => session.outgoing === 0);
  assert.equal(session.counters.refused, 0);
});

/** Births on each connection. */
function birthsOf(bench: SessionBench): number[] {
  return bench.broker.connections.map(
    ({ packets }) =>
      packets.filter((packet) => packet.type === "PUBLISH" && packet.topic === "status").length,
  );
}

for (const forgets of [false, true]) {
  test(`a birth that is never confirmed is repeated with its id: one on each of 101 connections (${forgets})`, () => {
    const bench = new SessionBench();
    bench.broker.muted.add("PUBLISH");
    if (forgets) bench.broker.onConnection = () => bench.broker.forget();
    const session = bench.session({ birth });
    session.start();
    for (let i = 1; i <= 101; i++) {
      bench.until(() => session.counters.connects === i);
      bench.time.advance(100);
      assert.equal(session.unconfirmed, 1);
      session.suspend();
      session.resume();
    }
    assert.deepEqual(birthsOf(bench), Array(101).fill(1));
    const births = bench.broker.published("status");
    assert.equal(new Set(births.map(({ id }) => id)).size, 1);
    assert.equal(births.filter(({ duplicate }) => duplicate).length, forgets ? 0 : 100);
    bench.broker.muted.clear();
    bench.until(() => session.unconfirmed === 0);
    bench.network.link.cut();
    bench.until(() => session.counters.connects === 103);
    bench.time.advance(100);
    const last = bench.broker.published("status").at(-1);
    assert.equal(last?.duplicate, false, "what was confirmed is said anew");
    assert.notEqual(last?.id, births[0]?.id);
  });
}

test("a birth that the broker refuses is left out on the next connection, and everything else arrives", () => {
  const bench = new SessionBench();
  forbid(bench, "status");
  const will = { topic: "status", message: "offline", retain: true };
  const options: Partial<MqttSessionOptions> = { ...roomy, birth, will };
  const session = bench.session(options);
  session.start();
  publishGood(bench, session, 300);
  assert.equal(new Set(bench.broker.payloads("good")).size, 300);
  assert.equal(session.counters.refused, 1);
  assert.equal(session.counters.connects, 4);
  assert.deepEqual(birthsOf(bench), [1, 1, 1, 0]);
  // It is tried again after the next outage: it may have been the network.
  forbid(bench, "");
  bench.network.link.cut();
  bench.until(() => session.counters.connects === 5);
  bench.time.advance(100);
  assert.equal(bench.broker.payloads("status").at(-1), "online");
});

test("an end at a subscription of ours does not say that there is another client", () => {
  const bench = new SessionBench();
  bench.broker.onPacket = (packet, { link }) => {
    if (packet.type !== "SUBSCRIBE") return false;
    link.shut();
    return true;
  };
  const session = bench.session();
  session.subscribe("in", { onMessage: () => {} });
  session.start();
  for (let i = 1; i < 10; i++) {
    bench.until(() => session.counters.connects === i);
    bench.until(() => session.state.kind === "waiting");
  }
  assert.doesNotMatch(bench.book.text, /another client/);
});

test("an end right after a message of QoS 0 names its topic beside the other reason", () => {
  const bench = new SessionBench();
  forbid(bench, "forbidden");
  const session = bench.session();
  session.start();
  for (let i = 1; i <= 4; i++) {
    bench.until(() => session.counters.connects === i);
    session.publish("forbidden", "x");
    bench.until(() => session.state.kind === "waiting");
  }
  const told = bench.book.lines.filter(({ event }) => event === "kicked");
  assert.match(told[0]?.text ?? "", /another client using the id "board"\?/);
  assert.match(told[0]?.text ?? "", /or may it not publish to forbidden\?$/);
});

/** So many seconds, with a good message and one more in each. */
function publishBoth(
  bench: SessionBench,
  session: MqttSession,
  { seconds, ...other }: { seconds: number; topic: string; payload: string; QoS?: 1 | 2 },
): void {
  const { topic, payload, QoS = 1 } = other;
  for (let i = 0; i < seconds; i++) {
    session.publish("good", String(i), { QoS: 1 });
    session.publish(topic, payload, { QoS });
    bench.time.advance(1_000);
  }
}

for (const forgets of [false, true]) {
  const kept = forgets ? "loses" : "keeps";
  test(`a topic that is refused and published to each second does not stop the others; the broker ${kept} the session`, () => {
    const bench = new SessionBench();
    forbid(bench, "forbidden");
    if (forgets) bench.broker.onConnection = () => bench.broker.forget();
    const session = bench.online({ limits: { outboxCount: 60, outboxBytes: 15_360 }, birth });
    publishBoth(bench, session, { seconds: 600, topic: "forbidden", payload: "x" });
    bench.time.advance(5_000);
    assert.equal(new Set(bench.broker.payloads("good")).size, 600);
    const { counters } = session;
    assert.equal(counters.dropped, 0);
    assert.ok(counters.connects < 30, `${counters.connects} connections`);
    // Each connection has its birth.
    const ends = counters.delivered + counters.refused;
    assert.equal(ends, counters.published + counters.connects);
  });
}

test("a topic that was refused is taken again when the broker takes it, and in the end goes straight", () => {
  const bench = new SessionBench();
  forbid(bench, "forbidden");
  const session = bench.online({ ...roomy, birth });
  publishBoth(bench, session, { seconds: 300, topic: "forbidden", payload: "x" });
  const { refused, connects } = session.counters;
  assert.ok(refused > 200);
  const before = bench.broker.published("forbidden").length;
  forbid(bench, "");
  publishBoth(bench, session, { seconds: 900, topic: "forbidden", payload: "x" });
  assert.ok(bench.broker.published("forbidden").length - before > 600);
  assert.equal(session.counters.connects, connects);
});

test("what is shorter than what was refused, of a lower QoS or on another topic goes on", () => {
  const bench = new SessionBench();
  refuse(
    bench,
    ({ topic, QoS, payload }) => topic === "long" && (QoS === 2 || payload.length > 50),
  );
  const session = bench.online({ ...roomy, birth });
  publishBoth(bench, session, { seconds: 120, topic: "long", payload: "x".repeat(51) });
  const { refused } = session.counters;
  assert.ok(refused > 60);
  publishBoth(bench, session, { seconds: 10, topic: "long", payload: "y".repeat(50) });
  assert.equal(bench.broker.payloads("long").filter((text) => text.startsWith("y")).length, 10);
  assert.equal(session.counters.refused, refused);
});

test("one refusal leaves out nothing, and what somebody waits for is always tried", () => {
  const bench = new SessionBench();
  forbid(bench, "forbidden");
  const session = bench.online({ ...roomy, birth });
  const attempts = () => bench.broker.published("forbidden").length;
  for (const policy of ["drop-oldest", "drop-oldest", "reject"] as const) {
    const [before, { refused }] = [attempts(), { ...session.counters }];
    session.publish("forbidden", "x", { QoS: 1, policy });
    bench.until(() => session.counters.refused > refused);
    assert.ok(attempts() - before >= 3, policy);
    bench.until(() => session.state.kind === "online");
  }
  const before = attempts();
  session.publish("forbidden", "x", { QoS: 1 });
  bench.time.advance(1_000);
  assert.equal(session.counters.refused, 4);
  assert.equal(attempts(), before);
});

test("six topics that are all refused leave the rest its way", () => {
  const bench = new SessionBench();
  refuse(bench, ({ topic }) => topic.startsWith("forbidden"));
  const session = bench.online({ ...roomy, birth });
  for (let i = 0; i < 900; i++) {
    session.publish("good", String(i), { QoS: 1 });
    for (let n = 1; n <= 6; n++) session.publish(`forbidden/${n}`, "x", { QoS: 1 });
    bench.time.advance(1_000);
  }
  bench.time.advance(60_000);
  const arrived = new Set(bench.broker.payloads("good")).size;
  assert.ok(arrived > 850, `${arrived} of 900`);
});
