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

test("a birth that the broker refuses is left out for a minute, then two, and everything else arrives", () => {
  const bench = new SessionBench();
  forbid(bench, "status");
  const will = { topic: "status", message: "offline", retain: true };
  const options: Partial<MqttSessionOptions> = { ...roomy, birth, will };
  const session = bench.session(options);
  session.start();
  publishGood(bench, session, 300);
  assert.equal(new Set(bench.broker.payloads("good")).size, 300);
  assert.equal(session.counters.refused, 3);
  assert.equal(session.counters.connects, 6);
  assert.deepEqual(birthsOf(bench), [1, 1, 1, 1, 1, 0]);
  // It may have been the network: then the board is not to stand there as offline for ever.
  forbid(bench, "");
  bench.time.advance(240_000);
  assert.equal(session.counters.connects, 6);
  assert.equal(bench.broker.payloads("status").at(-1), "online");
});

test("a birth that was left out is said on the next connection when its time has come", () => {
  const bench = new SessionBench();
  forbid(bench, "status");
  const session = bench.session({ ...roomy, birth });
  session.start();
  bench.until(() => session.counters.connects === 4);
  session.suspend();
  bench.time.advance(61_000);
  forbid(bench, "");
  session.resume();
  bench.until(() => session.counters.connects === 5);
  bench.time.advance(100);
  assert.deepEqual(birthsOf(bench), [1, 1, 1, 0, 1]);
  assert.equal(session.unconfirmed, 0);
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
  for (let i = 1; i < 5; i++) {
    bench.until(() => session.counters.connects === i);
    bench.until(() => session.state.kind === "waiting");
  }
  assert.doesNotMatch(bench.book.text, /another client/);
});

test("a broker that takes a while to end connections behind QoS 0 is told with the topic beside the other reason", () => {
  const bench = new SessionBench();
  bench.broker.onPacket = (packet, { link }) => {
    if (packet.type === "PUBLISH") bench.time.set(() => link.shut(), 100);
    return false;
  };
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

/** What arrives of 1,200 good messages at 1 Hz, with one in each second that is refused. */
function goodBeside(
  bench: SessionBench,
  QoS: { good: 0 | 1 | 2; refused: 0 | 1 | 2 },
  options: Partial<MqttSessionOptions> = {},
): { arrived: number; session: MqttSession } {
  const session = bench.session({
    birth,
    limits: { outboxCount: 60, outboxBytes: 15_360 },
    ...options,
  });
  session.start();
  for (let i = 0; i < 1_200; i++) {
    session.publish("good", String(i), { QoS: QoS.good });
    session.publish("forbidden", "x", { QoS: QoS.refused });
    bench.time.advance(1_000);
  }
  bench.time.advance(60_000);
  return { arrived: new Set(bench.broker.payloads("good")).size, session };
}

for (const good of [0, 1, 2] as const) {
  test(`a birth and a topic that are both refused leave nearly all of 1,200 messages of QoS ${good} their way`, () => {
    for (const refused of [0, 1, 2] as const) {
      const bench = new SessionBench();
      refuse(bench, ({ topic }) => topic === "status" || topic === "forbidden");
      const { arrived, session } = goodBeside(bench, { good, refused });
      assert.ok(arrived >= 1_140, `${arrived} of 1,200, ${refused}`);
      assert.ok(session.counters.connects < 30, `${session.counters.connects} connections`);
    }
  });

  test(`a topic that is refused with QoS 0 each second leaves nearly all of 1,200 messages of QoS ${good} their way`, () => {
    for (const latency of [1, 60]) {
      const bench = new SessionBench();
      bench.network.latency = latency;
      forbid(bench, "forbidden");
      const { arrived, session } = goodBeside(bench, { good, refused: 0 });
      assert.ok(arrived >= 1_140, `${arrived} of 1,200, ${latency} ms`);
      const { refused, connects } = session.counters;
      assert.ok(refused > 1_100 && connects < 20, `${refused} refused, ${connects} connections`);
      const told = bench.book.lines.filter(({ event }) => event === "given-up");
      const isRight = told.every(({ text }) => text?.includes("QoS 0 on forbidden"));
      assert.deepEqual([told.length > 0, isRight], [true, true]);
    }
  });
}

test("fourteen topics that are all refused leave nearly all of 900 others their way", () => {
  const bench = new SessionBench();
  refuse(bench, ({ topic }) => topic.startsWith("forbidden"));
  const session = bench.session({ birth, limits: { outboxCount: 60, outboxBytes: 15_360 } });
  session.start();
  for (let i = 0; i < 900; i++) {
    session.publish("good", String(i), { QoS: 1 });
    session.publish(`forbidden${i % 14}`, "x", { QoS: (i % 2) as 0 });
    bench.time.advance(1_000);
  }
  bench.time.advance(60_000);
  const arrived = new Set(bench.broker.payloads("good")).size;
  assert.ok(arrived >= 850, `${arrived} of 900, ${session.counters.connects} connections`);
});

/** A broker that answers PINGREQ, and so long after a message on "forbidden" ends the connection, ms. */
function forbidLate(bench: SessionBench, delay: number): void {
  bench.broker.onPacket = (packet, { link }) => {
    if (packet.type === "PUBLISH" && packet.topic === "forbidden") {
      bench.time.set(() => link.shut(), delay);
    }
    return false;
  };
}

for (const delay of [0, 400, 2_500]) {
  test(`a broker that ends the connection ${delay} ms after it has answered PINGREQ behind a topic of QoS 0 costs few others`, () => {
    for (const good of [0, 1] as const) {
      const bench = new SessionBench();
      bench.network.latency = 20;
      forbidLate(bench, delay);
      const { arrived, session } = goodBeside(bench, { good, refused: 0 });
      assert.ok(arrived >= 1_150, `${arrived} of 1,200, QoS ${good}`);
      const { refused, connects } = session.counters;
      assert.ok(refused > 1_100 && connects < 20, `${refused} refused, ${connects} connections`);
      const told = bench.book.lines.filter(({ event }) => event === "given-up");
      const isRight = told.every(({ text }) => text?.includes("QoS 0 on forbidden"));
      assert.deepEqual([told.length > 0, isRight], [true, true]);
    }
  });
}

test("a topic at which connections ended late is sent again when it is taken again", () => {
  const bench = new SessionBench();
  forbidLate(bench, 400);
  const session = bench.online({ ...roomy, birth });
  const publish = (count: number) => {
    for (let i = 0; i < count; i++) {
      session.publish("forbidden", String(i));
      session.publish("good", String(i));
      bench.time.advance(1_000);
    }
  };
  publish(120);
  assert.ok(session.counters.refused > 40, `${session.counters.refused} refused`);
  bench.broker.onPacket = () => false;
  const { connects } = session.counters;
  publish(400);
  const taken = bench.broker.payloads("forbidden").length;
  assert.ok(taken > 200, `${taken} taken`);
  assert.equal(session.counters.connects, connects);
});

test("of three topics of QoS 0 in one second only the one is left out at which connections end", () => {
  const bench = new SessionBench();
  forbid(bench, "forbidden");
  const session = bench.online({ ...roomy, birth });
  for (let i = 0; i < 300; i++) {
    for (const topic of ["before", "forbidden", "behind"]) session.publish(topic, String(i));
    bench.time.advance(1_000);
  }
  // Those that were on the wire when nobody knew yet are lost, as QoS 0 may be.
  for (const topic of ["before", "behind"]) {
    const count = bench.broker.payloads(topic).length;
    assert.ok(count >= 297, `${count} on ${topic}`);
  }
  const told = bench.book.lines.filter(({ event }) => event === "given-up");
  const isRight = told.every(({ text }) => text?.includes("on forbidden"));
  assert.deepEqual([told.length > 0, isRight], [true, true]);
});

test("a message of QoS 1 is not given up for one of QoS 0 beside it", () => {
  const bench = new SessionBench();
  forbid(bench, "forbidden");
  const session = bench.session({ ...roomy });
  session.start();
  for (let i = 0; i < 8; i++) {
    bench.until(() => session.state.kind === "online");
    session.publish("forbidden", "x");
    session.publish("good", String(i), { QoS: 1 });
    bench.time.advance(3_000);
  }
  bench.until(() => session.outgoing === 0);
  assert.equal(new Set(bench.broker.payloads("good")).size, 8);
  assert.doesNotMatch(bench.book.text, /on good/);
});

test("a topic of QoS 0 that is taken again is sent again, and in the end goes straight", () => {
  const bench = new SessionBench();
  forbid(bench, "forbidden");
  const session = bench.online({ ...roomy, birth });
  for (let i = 0; i < 120; i++) {
    session.publish("forbidden", String(i));
    bench.time.advance(1_000);
  }
  assert.ok(session.counters.refused > 40, `${session.counters.refused} refused`);
  forbid(bench, "");
  const { connects } = session.counters;
  for (let i = 0; i < 1_500; i++) {
    session.publish("forbidden", String(i));
    bench.time.advance(1_000);
  }
  const taken = bench.broker.payloads("forbidden").length;
  assert.ok(taken > 1_300, `${taken} taken`);
  assert.equal(session.counters.connects, connects);
  const pings = bench.broker.packets.filter(({ type }) => type === "PINGREQ").length;
  for (let i = 0; i < 20; i++) {
    session.publish("forbidden", String(i));
    bench.time.advance(1_000);
  }
  assert.equal(bench.broker.packets.filter(({ type }) => type === "PINGREQ").length, pings);
});

test("a broker that answers no PINGREQ holds up no message behind one of QoS 0", () => {
  const bench = new SessionBench();
  const session = bench.online({ ...roomy, birth });
  for (let i = 0; i < 2; i++) {
    session.publish("quiet", "x");
    bench.time.advance(100);
    bench.network.link.shut();
    bench.until(() => session.counters.connects === 2 + i);
    bench.time.advance(100);
  }
  bench.broker.muted.add("PINGREQ");
  for (let i = 0; i < 10; i++) session.publish("quiet", String(i));
  session.publish("good", "x", { QoS: 1 });
  bench.time.advance(25_000);
  assert.equal(bench.broker.payloads("good").length, 1);
  assert.equal(bench.broker.payloads("quiet").length, 12);
  assert.equal(session.counters.refused, 0);
});

test("a bad network that cuts readings of QoS 0 again and again has no topic left out", () => {
  for (const seed of [1, 2, 3, 4]) {
    const bench = new SessionBench();
    const random = seededRandom(seed);
    const session = bench.online({ ...roomy, birth });
    bench.network.latency = 50;
    for (let i = 0; i < 1_000; i++) {
      session.publish("good", String(i), { QoS: (i % 2) as 0 });
      bench.time.advance(500 + Math.floor(random() * 1_000));
      if (random() < 0.2) bench.network.link.shut();
    }
    bench.until(() => session.outgoing === 0);
    assert.equal(session.counters.refused, 0, `seed ${seed}`);
    assert.ok(session.counters.connects > 60, `${session.counters.connects} connections`);
  }
});

test("a long message of QoS 0 that is refused in the middle is known, and a short one of its topic goes out", () => {
  const bench = new SessionBench();
  bench.network.window = 64;
  const session = bench.online({ limits: { ...roomy.limits, sendBuffer: 128 } });
  refuse(bench, ({ topic, payload }) => topic === "long" && payload.length > 500);
  for (let i = 0; i < 60; i++) {
    session.publish("long", "x".repeat(600));
    session.publish("long", String(i));
    bench.time.advance(1_000);
  }
  assert.ok(session.counters.refused > 20, `${session.counters.refused} refused`);
  const short = bench.broker.payloads("long").length;
  assert.ok(short >= 57, `${short} of 60`);
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
