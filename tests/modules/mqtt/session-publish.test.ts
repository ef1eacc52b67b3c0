// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { MqttError } from "../../../modules/mqtt/mqtt-error.ts";
import type {
  MqttSession,
  MqttSessionOptions,
  PublishOptions,
} from "../../../modules/mqtt/session.ts";
import { pubackBytes, pubcompBytes, pubrecBytes } from "../../support/broker-packets.ts";
import { SessionBench } from "../../support/session-bench.ts";

/** The code and the argument of the error that a call throws. */
function fault(call: () => void): string {
  try {
    call();
  } catch (error) {
    if (error instanceof MqttError) return `${error.code} ${error.argument}`;
    throw error;
  }
  return "none";
}

/** A session that is not connected, and how its messages end. */
function offline(limits: MqttSessionOptions["limits"] = {}) {
  const bench = new SessionBench();
  const dropped: string[] = [];
  const done: string[] = [];
  const session = bench.session({
    limits,
    onDropped: ({ topic, outcome, age }) => dropped.push(`${topic} ${outcome} ${age}`),
  });
  const publish = (topic: string, text: string, options: PublishOptions = {}) =>
    session.publish(topic, text, {
      QoS: 1,
      ...options,
      onDone: (outcome) => done.push(`${text} ${outcome}`),
    });
  return { bench, session, dropped, done, publish };
}

function connect(bench: SessionBench, session: MqttSession): void {
  session.start();
  bench.until(() => session.state.kind === "online");
  bench.time.advance(100);
}

for (const QoS of [0, 1, 2] as const) {
  test(`QoS ${QoS}: messages of before and after the connection arrive in order`, () => {
    const { bench, session, done, publish } = offline();
    for (const text of ["1", "2", "3"]) publish("t", text, { QoS });
    connect(bench, session);
    for (const text of ["4", "5"]) publish("t", text, { QoS });
    bench.time.advance(100);
    assert.deepEqual(bench.broker.payloads("t"), ["1", "2", "3", "4", "5"]);
    const outcome = QoS === 0 ? "sent" : "delivered";
    assert.deepEqual(
      done,
      ["1", "2", "3", "4", "5"].map((text) => `${text} ${outcome}`),
    );
    assert.equal(session.outgoing, 0);
    assert.equal(session.counters.published, 5);
    assert.equal(session.counters.sent, 5);
  });
}

test("order is kept when QoS is mixed and the window is one message", () => {
  const { bench, session, publish } = offline({ window: 1 });
  const list = Array.from({ length: 12 }, (_, i) => String(i));
  list.forEach((text, i) => {
    publish("t", text, { QoS: ([0, 2, 1] as const)[i % 3] ?? 0 });
  });
  connect(bench, session);
  assert.deepEqual(bench.broker.payloads("t"), list);
});

test("payloads: empty, text, bytes, a copy; retained or not", () => {
  const bench = new SessionBench();
  const session = bench.online();
  const bytes = Uint8Array.of(0, 255, 1);
  for (const QoS of [0, 1, 2] as const) session.publish("e", "", { QoS, retain: true });
  session.publish("b", bytes);
  bytes.fill(7);
  session.publish("é", "€");
  bench.time.advance(50);
  assert.deepEqual(bench.broker.payloads("e"), ["", "", ""]);
  assert.equal(bench.broker.published("e")[0]?.retain, true);
  assert.deepEqual(bench.broker.published("b")[0]?.payload, Uint8Array.of(0, 255, 1));
  assert.deepEqual(bench.broker.payloads("é"), ["€"]);
  assert.equal(bench.broker.published("b")[0]?.retain, false);
});

test("policy reject: no room is told by false, and nothing is counted", () => {
  const { session, dropped, publish } = offline({ outboxCount: 2 });
  assert.deepEqual(
    ["1", "2", "3"].map((text) => publish("t", text, { policy: "reject" })),
    [true, true, false],
  );
  assert.equal(session.counters.dropped, 0);
  assert.equal(session.outgoing, 2);
  assert.deepEqual(dropped, []);
});

test("policy drop-newest: the new message is dropped, counted and told", () => {
  const { bench, session, dropped, done, publish } = offline({ outboxCount: 2 });
  const taken = ["1", "2", "3"].map((text) => publish("t", text, { policy: "drop-newest" }));
  assert.deepEqual(taken, [true, true, false]);
  assert.deepEqual(done, [], "not from inside publish");
  bench.time.advance(5);
  assert.deepEqual(dropped, ["t dropped 0"]);
  assert.deepEqual(done, ["3 dropped"]);
  assert.equal(session.counters.dropped, 1);
});

test("policy drop-oldest: the oldest waiting messages make room, in count and in bytes", () => {
  const { bench, session, done, publish } = offline({ outboxCount: 3, outboxBytes: 16 });
  for (const text of ["1", "2", "3", "4"]) assert.ok(publish("t", text));
  bench.time.advance(1);
  assert.deepEqual(done, ["1 dropped"]);
  assert.ok(publish("t", "x".repeat(15)));
  bench.time.advance(1);
  assert.deepEqual(done.slice(1), ["2 dropped", "3 dropped"]);
  connect(bench, session);
  assert.deepEqual(bench.broker.payloads("t"), ["4", "x".repeat(15)]);
});

test("policy latest: a newer value of the topic takes the place of the older", () => {
  const { bench, session, dropped, publish } = offline();
  publish("a", "1", { policy: "latest" });
  publish("b", "1", { policy: "latest" });
  bench.time.advance(500);
  publish("a", "2", { policy: "latest" });
  publish("a", "other");
  bench.time.advance(1);
  assert.deepEqual(dropped, ["a replaced 500"]);
  connect(bench, session);
  const order = bench.broker.arrived.map(({ topic, payload }) => topic + payload.length);
  assert.deepEqual(order, ["a1", "b1", "a5"]);
  assert.deepEqual(bench.broker.payloads("a"), ["2", "other"]);
  assert.equal(session.counters.replaced, 1);
});

test("policy latest replaces no message that is on its way", () => {
  const bench = new SessionBench();
  const session = bench.online();
  session.publish("a", "1", { QoS: 1, policy: "latest" });
  session.publish("a", "2", { QoS: 1, policy: "latest" });
  bench.time.advance(50);
  assert.deepEqual(bench.broker.payloads("a"), ["1", "2"]);
});

test("a full outbox of unconfirmed messages takes no more, whatever the policy", () => {
  const { bench, session, publish } = offline({ outboxCount: 2 });
  connect(bench, session);
  bench.widen(session);
  bench.broker.muted.add("PUBLISH");
  const policies = ["drop-oldest", "drop-oldest", "drop-oldest", "latest", "reject"] as const;
  const taken = policies.map((policy, i) => publish("t", String(i), { policy }));
  assert.deepEqual(taken, [true, true, false, false, false]);
});

test("an expired message is not sent, but counted and told", () => {
  const { bench, session, dropped, publish } = offline();
  publish("t", "old", { expiry: 1_000 });
  publish("t", "new", { expiry: 60_000 });
  bench.time.advance(1_500);
  connect(bench, session);
  assert.deepEqual(bench.broker.payloads("t"), ["new"]);
  assert.equal(session.counters.expired, 1);
  assert.match(dropped[0] ?? "", /^t expired 15\d\d$/);
});

test("messages expire while there is no connection, too", () => {
  const { bench, session, done, publish } = offline();
  bench.network.connects = "silent";
  session.start();
  publish("t", "old", { expiry: 3_000 });
  bench.time.advance(4_500);
  assert.deepEqual(done, ["old expired"]);
  assert.equal(session.outgoing, 0);
});

test("no more messages than the window are on their way", () => {
  const { bench, session, publish } = offline({ window: 3 });
  connect(bench, session);
  bench.widen(session);
  bench.broker.muted.add("PUBLISH");
  for (let i = 0; i < 6; i++) publish("t", String(i), { QoS: 1 });
  bench.time.advance(100);
  const sent = bench.broker.published("t");
  assert.equal(sent.length, 3);
  assert.equal(session.unconfirmed, 3);
  bench.broker.send(pubackBytes(sent[1]?.id ?? 0));
  bench.time.advance(100);
  assert.equal(bench.broker.published("t").length, 4, "acknowledged out of order is fine");
});

test("a slow broker that takes seven bytes at a time gets everything", () => {
  const bench = new SessionBench();
  bench.network.window = 7;
  bench.network.latency = 40;
  const session = bench.session();
  session.start();
  for (let i = 0; i < 10; i++) session.publish("t", "x".repeat(20 * i), { QoS: 2 });
  bench.until(() => session.counters.delivered === 10);
  assert.deepEqual(
    bench.broker.payloads("t").map(({ length }) => length),
    Array.from({ length: 10 }, (_, i) => 20 * i),
  );
});

test("a message larger than the send buffer goes out in pieces, requests wait for its end", () => {
  for (const QoS of [0, 1, 2] as const) {
    const bench = new SessionBench();
    bench.network.window = 64;
    const session = bench.online({ limits: { sendBuffer: 128 } });
    session.publish("t", "x".repeat(3_000), { QoS });
    const handle = session.subscribe("in", { onMessage: () => {} });
    session.publish("t", "y", { QoS });
    handle.close();
    session.subscribe("in/2", { onMessage: () => {} });
    bench.time.advance(1_000);
    assert.deepEqual(
      bench.broker.payloads("t").map(({ length }) => length),
      [3_000, 1],
    );
    assert.deepEqual([...(bench.broker.connection.session?.filters.keys() ?? [])], ["in/2"]);
    assert.equal(session.counters.faults, 0);
  }
});

test("a broker that acknowledges a message before it has all of it gets all of it, undisturbed", () => {
  for (const [QoS, early] of [
    [1, pubackBytes],
    [2, pubrecBytes],
  ] as const) {
    const bench = new SessionBench();
    bench.network.window = 64;
    const session = bench.online({ limits: { sendBuffer: 128 }, random: () => 0.5 });
    const { link } = bench.network;
    const before = link.toBroker;
    session.publish("t", "x".repeat(3_000), { QoS });
    bench.until(() => link.toBroker > before + 200);
    bench.broker.send(early(32_768));
    session.publish("t", "y", { QoS });
    bench.until(() => session.counters.delivered === 2);
    bench.time.advance(1_000);
    assert.deepEqual(
      bench.broker.payloads("t").map(({ length }) => length),
      [3_000, 1],
    );
    assert.equal(bench.broker.published("t")[0]?.id, 32_768);
    assert.equal(session.counters.connects, 1);
    assert.equal(session.outgoing, 0);
  }
});

test("a QoS 0 message that was cut in the middle is not sent again, the others are", () => {
  for (const QoS of [0, 1, 2] as const) {
    const bench = new SessionBench();
    bench.network.window = 256;
    const session = bench.online({ limits: { sendBuffer: 128 } });
    bench.network.link.cutToBrokerAt = bench.network.link.toBroker + 500;
    const done: string[] = [];
    session.publish("t", "x".repeat(3_000), { QoS, onDone: (outcome) => done.push(outcome) });
    bench.until(() => session.counters.connects === 2);
    bench.time.advance(2_000);
    assert.equal(bench.broker.payloads("t").length, QoS === 0 ? 0 : 1);
    assert.deepEqual(done, [QoS === 0 ? "dropped" : "delivered"]);
    assert.equal(session.outgoing, 0);
  }
});

test("a broker that does not confirm for 30 s is left; the message arrives by the next", () => {
  for (const type of ["PUBLISH", "PUBREL"] as const) {
    const bench = new SessionBench();
    const session = bench.online();
    bench.broker.muted.add(type);
    session.publish("t", "x", { QoS: 2 });
    const start = bench.time.ticks();
    bench.until(() => session.state.kind === "waiting");
    const { state } = session;
    assert.equal(state.kind === "waiting" && state.reason, "mqtt/broker-deadline");
    const lasted = bench.time.ticks() - start;
    assert.ok(lasted >= 30_000 && lasted <= 31_100, `${lasted} ms`);
    bench.broker.muted.clear();
    bench.until(() => session.counters.delivered === 1);
    assert.deepEqual(bench.broker.payloads("t"), ["x"]);
  }
});

test("a broker that does not answer SUBSCRIBE for 30 s is left", () => {
  const bench = new SessionBench();
  const session = bench.online();
  bench.broker.muted.add("SUBSCRIBE");
  session.subscribe("in", { onMessage: () => {} });
  bench.until(() => session.state.kind === "waiting", 32_000);
});

test("a message that waits for room in a slow network is no reason to leave the broker", () => {
  const bench = new SessionBench();
  bench.network.window = 100;
  const session = bench.online({ limits: { sendBuffer: 128 }, keepAlive: 120_000 });
  bench.time.advance(60_000);
  bench.network.link.stall(true);
  session.publish("t", "x".repeat(3_000), { QoS: 1 });
  bench.time.advance(40_000);
  assert.equal(session.state.kind, "online");
  bench.network.link.stall(false);
  bench.time.advance(1_000);
  assert.equal(session.counters.delivered, 1);
  assert.equal(session.counters.connects, 1);
});

test("a message that finds nothing in front of it is written from inside publish", () => {
  for (const QoS of [0, 1, 2] as const) {
    const bench = new SessionBench();
    const session = bench.online();
    const done: string[] = [];
    const { writes } = bench.network.link;
    assert.equal(session.publish("t", "x", { QoS, onDone: (how) => done.push(how) }), true);
    assert.equal(bench.network.link.writes, writes + 1);
    assert.deepEqual(done, [], "not from inside publish");
    bench.time.advance(20);
    assert.deepEqual(done, [QoS === 0 ? "sent" : "delivered"]);
    assert.equal(session.outgoing, 0);
    assert.deepEqual(bench.broker.payloads("t"), ["x"]);
  }
});

test("no message overtakes one that waits, whatever its QoS and size", () => {
  const bench = new SessionBench();
  bench.network.window = 300;
  const session = bench.online({ limits: { sendBuffer: 128, window: 1, outboxCount: 64 } });
  bench.network.link.stall(true);
  const texts = Array.from({ length: 30 }, (_, i) => `${i} ${"x".repeat((i * 37) % 90)}`);
  texts.forEach((text, i) => {
    session.publish("t", text, { QoS: (i % 3) as 0 | 1 | 2, policy: "reject" });
    if (i === 20) bench.network.link.stall(false);
    if (i > 20) bench.time.advance(i % 4);
  });
  bench.until(() => session.outgoing === 0);
  bench.time.advance(100);
  assert.deepEqual(bench.broker.payloads("t"), texts);
});

test("acknowledgements for nothing are counted and harmless", () => {
  const bench = new SessionBench();
  const session = bench.online();
  for (const bytes of [pubackBytes(7), pubrecBytes(7), pubcompBytes(7)]) bench.broker.send(bytes);
  bench.time.advance(20);
  assert.equal(session.state.kind, "online");
  assert.equal(bench.broker.connection.types, "CONNECT PUBREL", "PUBREC is always answered");
  assert.equal(session.counters.strayAcks, 4, "the broker answers PUBREL with PUBCOMP");
});

test("a PUBREC for a QoS 1 message is refused: the message waits for its PUBACK, also after a cut", () => {
  const bench = new SessionBench();
  const session = bench.online();
  bench.broker.muted.add("PUBLISH");
  session.publish("t", "x", { QoS: 1 });
  bench.time.advance(20);
  const [first] = bench.broker.published("t");
  assert.ok(first);
  bench.broker.send(pubrecBytes(first.id));
  bench.time.advance(20);
  // The PUBREL is the answer to any PUBREC that is not known, and its PUBCOMP ends nothing.
  assert.equal(bench.broker.connection.types, "CONNECT PUBLISH PUBREL");
  assert.equal(session.counters.strayAcks, 2);
  assert.equal(session.counters.delivered, 0);
  assert.equal(session.outgoing, 1);
  bench.network.link.cut();
  bench.broker.muted.clear();
  bench.until(() => session.counters.delivered === 1);
  assert.equal(session.outgoing, 0);
  const again = bench.broker.published("t")[1];
  assert.equal(again?.duplicate, true, "the message is repeated, not a PUBREL");
  assert.equal(again?.id, first.id);
});

test("acknowledgements of the wrong kind and repeated ones change nothing", () => {
  const bench = new SessionBench();
  const session = bench.online();
  bench.broker.muted.add("PUBLISH").add("PUBREL");
  session.publish("t", "x", { QoS: 2 });
  bench.time.advance(10);
  const id = bench.broker.published("t")[0]?.id ?? 0;
  bench.broker.send(pubcompBytes(id));
  bench.time.advance(10);
  assert.equal(session.counters.delivered, 0);
  bench.broker.send(pubrecBytes(id));
  bench.broker.send(pubackBytes(id));
  bench.time.advance(10);
  assert.equal(session.counters.delivered, 0);
  for (const bytes of [pubrecBytes(id), pubcompBytes(id), pubcompBytes(id)]) {
    bench.broker.send(bytes);
  }
  bench.time.advance(10);
  assert.equal(session.counters.delivered, 1);
  assert.equal(session.outgoing, 0);
});

test("a broker that confirms QoS 2 with PUBACK ends it as delivered, and that is told once", () => {
  const bench = new SessionBench();
  const session = bench.online({ limits: { outboxCount: 300, outboxBytes: 10_000 } });
  // As RabbitMQ does.
  bench.broker.onPacket = (packet, { link }) => {
    if (packet.type !== "PUBLISH" || packet.QoS !== 2) return false;
    link.send(pubackBytes(packet.id));
    return true;
  };
  const done: string[] = [];
  for (let i = 0; i < 300; i++) {
    session.publish("t", String(i), { QoS: 2, onDone: (how) => done.push(how) });
    bench.time.advance(1_000);
    if (i % 50 === 49) bench.network.link.cut();
  }
  bench.until(() => session.outgoing === 0);
  assert.deepEqual([...new Set(done)], ["delivered"]);
  assert.equal(session.counters.delivered, 300);
  assert.equal(session.counters.strayAcks, 0);
  assert.equal(bench.book.lines.filter(({ event }) => event === "lowered").length, 1);
});

test("what was taken with reject or drop-newest is not dropped for newer readings", () => {
  const { bench, session } = offline({ outboxCount: 60 });
  const kept = ["0", "10", "20", "30", "40"];
  for (let i = 0; i < 1_500; i++) {
    const stays = i % 20 === 0 ? "reject" : "drop-newest";
    const policy = kept.includes(String(i)) ? stays : "drop-oldest";
    assert.equal(session.publish("t", String(i), { QoS: (i % 3) as 0, policy }), true);
    bench.time.advance(1_000);
  }
  connect(bench, session);
  bench.until(() => session.outgoing === 0);
  const last = Array.from({ length: 55 }, (_, i) => String(1_445 + i));
  assert.deepEqual(bench.broker.payloads("t"), [...kept, ...last]);
});

test("when nothing gives way, a reading is dropped and what waits stays", () => {
  const { bench, session, dropped, publish } = offline({ outboxCount: 2 });
  publish("t", "1", { policy: "reject" });
  publish("t", "2", { policy: "drop-newest" });
  for (const policy of ["drop-oldest", "latest"] as const) {
    assert.equal(publish("t", "x", { policy }), false);
  }
  bench.time.advance(5);
  assert.deepEqual(dropped, ["t dropped 0", "t dropped 0"]);
  connect(bench, session);
  assert.deepEqual(bench.broker.payloads("t"), ["1", "2"]);
});

test("a connection begins with one message alone, and has one more on its way for each confirmed", () => {
  const { bench, session, publish } = offline({ outboxCount: 64, window: 8 });
  for (let i = 0; i < 40; i++) publish("t", String(i), { QoS: 1 });
  bench.network.latency = 10;
  session.start();
  bench.until(() => session.state.kind === "online");
  const most: number[] = [];
  for (let trip = 0; trip < 5; trip++) {
    bench.time.advance(15);
    most.push(session.unconfirmed);
    bench.time.advance(5);
  }
  assert.deepEqual(most, [1, 2, 4, 8, 8]);
  bench.until(() => session.outgoing === 0);
  assert.deepEqual(
    bench.broker.payloads("t"),
    Array.from({ length: 40 }, (_, i) => String(i)),
  );
});

test("on a link that is cut every 350 bytes, no more than three messages are repeated for each sent", () => {
  const bench = new SessionBench();
  bench.network.latency = 20;
  bench.broker.onConnection = ({ link }) => {
    link.cutToBrokerAt = 350;
  };
  const topic = "airpair/board-a/status";
  const session = bench.session({
    limits: { outboxCount: 60, outboxBytes: 16_384 },
    birth: { topic, payload: "online" },
    will: { topic, message: "offline", QoS: 1, retain: true },
    // It comes back soon, again and again.
    random: () => 0.1,
  });
  session.start();
  for (let second = 0; second < 3_600; second++) {
    session.publish("airpair/board-a/reading", "x".repeat(20 + (second % 60)), { QoS: 1 });
    bench.time.advance(1_000);
  }
  const { sent, resent } = session.counters;
  assert.ok(sent > 300 && resent <= 3 * sent, `${resent} repeated for ${sent} sent`);
});

test("packet ids go from 65,535 to 1 and skip those in use", () => {
  const bench = new SessionBench();
  const limits = { window: 4, brokerDeadline: 3_600_000 };
  const session = bench.online({ random: () => 65_525.5 / 65_535, limits });
  bench.widen(session);
  bench.broker.onPacket = (packet) => packet.type === "PUBLISH" && packet.topic === "held";
  session.publish("held", "x", { QoS: 1 });
  for (let i = 0; i < 4; i++) {
    session.publish("t", "x", { QoS: 1 });
    bench.time.advance(10);
  }
  const ids = bench.broker.packets.flatMap((p) => (p.type === "PUBLISH" ? [p.id] : []));
  assert.deepEqual(ids.slice(8), [65_534, 65_535, 1, 2, 3]);
});

test("onDone is called for every message, however many end at once", () => {
  const { bench, session, done, publish } = offline({ outboxCount: 200, window: 64 });
  for (let i = 0; i < 200; i++) publish("t", String(i));
  session.stop();
  bench.time.advance(10);
  assert.equal(done.length, 200);
});

test("illegal publications are refused at the call and nothing is taken", () => {
  const { session, publish } = offline({ outboxBytes: 64 });
  assert.equal(
    fault(() => publish("", "x")),
    "mqtt/illegal topic",
  );
  assert.equal(
    fault(() => publish("a/+", "x")),
    "mqtt/illegal topic",
  );
  assert.equal(
    fault(() => publish("a/#", "x")),
    "mqtt/illegal topic",
  );
  assert.equal(
    fault(() => publish("a\0", "x")),
    "mqtt/illegal topic",
  );
  assert.equal(
    fault(() => publish("\ud800", "x")),
    "mqtt/illegal topic",
  );
  assert.equal(
    fault(() => publish("a".repeat(1_000), "x")),
    "mqtt/illegal topic",
  );
  assert.equal(
    fault(() => publish("a".repeat(65_536), "x")),
    "mqtt/illegal topic",
  );
  assert.equal(
    fault(() => publish("t", "x".repeat(65))),
    "mqtt/illegal payload",
  );
  assert.equal(
    fault(() => publish("t", 5 as unknown as string)),
    "mqtt/illegal payload",
  );
  assert.equal(
    fault(() => publish("t", "x", { QoS: 3 as 2 })),
    "mqtt/illegal QoS",
  );
  assert.equal(
    fault(() => publish("t", "x", { policy: "no" as "reject" })),
    "mqtt/illegal policy",
  );
  assert.equal(
    fault(() => publish("t", "x", { expiry: 0 })),
    "mqtt/illegal expiry",
  );
  assert.equal(
    fault(() => session.subscribe("a/#/b", { onMessage() {} })),
    "mqtt/illegal filter",
  );
  assert.equal(
    fault(() => session.subscribe("", { onMessage() {} })),
    "mqtt/illegal filter",
  );
  const long = "a".repeat(2_000);
  assert.equal(
    fault(() => session.subscribe(long, { onMessage() {} })),
    "mqtt/illegal filter",
  );
  const wrong = { QoS: 3 as 2, onMessage() {} };
  assert.equal(
    fault(() => session.subscribe("a", wrong)),
    "mqtt/illegal QoS",
  );
  assert.equal(session.outgoing, 0);
});

test("illegal options are refused before anything is opened, naming the argument", () => {
  const bench = new SessionBench();
  const open = (options: Partial<MqttSessionOptions>) => fault(() => bench.session(options));
  const broker = { host: "b", port: 1883, secure: false };
  assert.equal(open({ brokers: [] }), "mqtt/illegal brokers");
  assert.equal(open({ brokers: [{ ...broker, host: "" }] }), "mqtt/illegal host");
  assert.equal(open({ brokers: [{ ...broker, port: 0 }] }), "mqtt/illegal port");
  assert.equal(open({ brokers: [{ ...broker, port: 70_000 }] }), "mqtt/illegal port");
  assert.equal(open({ password: "p" }), "mqtt/illegal password");
  assert.equal(open({ brokers: [{ ...broker, password: "p" }] }), "mqtt/illegal password");
  assert.equal(open({ will: { topic: "", message: "x" } }), "mqtt/illegal will.topic");
  assert.equal(open({ will: { topic: "a/#", message: "x" } }), "mqtt/illegal will.topic");
  assert.equal(open({ will: { topic: "a", message: "x", QoS: 3 as 2 } }), "mqtt/illegal will.QoS");
  assert.equal(open({ id: "" }), "mqtt/illegal id");
  assert.equal(open({ keepAlive: 500 }), "mqtt/illegal keepAlive");
  assert.equal(open({ keepAlive: 70_000_000 }), "mqtt/illegal keepAlive");
  assert.equal(open({ birth: { topic: "a/+", payload: "x" } }), "mqtt/illegal topic");
  assert.equal(open({ limits: { window: 65 } }), "mqtt/illegal limits.window");
  assert.equal(open({ limits: { message: 1.5 } }), "mqtt/illegal limits.message");
  assert.equal(open({ reconnect: { first: 0 } }), "mqtt/illegal reconnect.first");
  assert.equal(open({ reconnect: { cap: Number.NaN } }), "mqtt/illegal reconnect.cap");
  assert.equal(open({ journal: { perHour: -1 } }), "mqtt/illegal journal.perHour");
  const will = { topic: "a", message: "x".repeat(1_100) };
  assert.equal(open({ will }), "mqtt/illegal limits.sendBuffer");
  assert.equal(bench.network.open, 0);
  assert.equal(bench.time.pending, 0);
});

test("bad practice in topics and filters is said once, with the reason", () => {
  const bench = new SessionBench();
  const session = bench.session();
  for (let i = 0; i < 3; i++) session.publish("/a b", "x");
  session.subscribe("#", { onMessage() {} });
  const warnings = bench.book.lines.filter(({ event }) => event === "topic");
  assert.equal(warnings.length, 3, bench.book.text);
});

test("a session is behind without a connection, and when the broker does not confirm", () => {
  const bench = new SessionBench();
  const session = bench.session();
  assert.equal(session.behind, true);
  session.start();
  bench.until(() => session.state.kind === "online");
  assert.equal(session.behind, false);
  bench.broker.muted.add("PUBLISH");
  session.publish("t", "x", { QoS: 1 });
  bench.time.advance(1_900);
  assert.equal(session.behind, false);
  bench.time.advance(200);
  assert.equal(session.behind, true);
  bench.broker.muted.clear();
  bench.network.link.cut();
  bench.until(() => session.counters.delivered === 1);
  assert.equal(session.behind, false);
  session.suspend();
  assert.equal(session.behind, true);
});

test("what was dropped while there was no connection is told once, when there is one", () => {
  const bench = new SessionBench();
  const session = bench.session({ limits: { outboxCount: 4 } });
  for (let i = 0; i < 10; i++) session.publish("t", String(i), { QoS: 1 });
  session.start();
  bench.until(() => session.state.kind === "online");
  bench.network.link.cut();
  bench.until(() => session.counters.connects === 2);
  const told = bench.book.lines.filter(({ event }) => event === "dropped");
  assert.deepEqual(
    told.map(({ text }) => text.split(" ")[0]),
    ["6"],
  );
});
