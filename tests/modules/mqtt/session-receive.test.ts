// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type {
  MqttMessage,
  MqttSession,
  MqttSessionOptions,
} from "../../../modules/mqtt/session.ts";
import {
  publishBytes,
  pubrelBytes,
  subackBytes,
  unsubackBytes,
} from "../../support/broker-packets.ts";
import { SessionBench } from "../../support/session-bench.ts";

const decoder = new TextDecoder();

/** What a message says, in one line. */
function lineOf({ topic, payload, QoS, retain, duplicate }: MqttMessage): string {
  const flags = `${retain ? " retain" : ""}${duplicate ? " dup" : ""}`;
  return `${topic} ${decoder.decode(payload)} ${QoS}${flags}`;
}

/** A connected session that is subscribed to everything with QoS 2. */
function listening(options: Partial<MqttSessionOptions> = {}) {
  const bench = new SessionBench();
  const seen: string[] = [];
  const session = bench.online(options);
  session.subscribe("#", { QoS: 2, onMessage: (message) => seen.push(lineOf(message)) });
  bench.time.advance(10);
  return { bench, session, seen };
}

/** A connected session with a handler that acknowledges by itself. */
function manual(limits: MqttSessionOptions["limits"] = {}) {
  const bench = new SessionBench();
  const acks: (() => void)[] = [];
  const seen: string[] = [];
  const session = bench.online({ limits });
  session.subscribe("#", {
    QoS: 2,
    manualAck: true,
    onMessage: (message) => {
      seen.push(lineOf(message));
      if (message.ack) acks.push(message.ack);
    },
  });
  bench.time.advance(10);
  return { bench, session, acks, seen };
}

function unconfirmed(bench: SessionBench): number | undefined {
  return bench.broker.sessions.get("board")?.unconfirmed;
}

test("messages come with topic, payload, QoS and flags, empty ones too", () => {
  const { bench, session, seen } = listening();
  for (const QoS of [0, 1, 2]) bench.broker.publish("e", { QoS });
  bench.broker.publish("é/€", { payload: "x", QoS: 1 });
  bench.broker.send(publishBytes("r", { payload: "old", retain: true }));
  bench.broker.send(publishBytes("d", { payload: "x", QoS: 1, id: 99, duplicate: true }));
  bench.time.advance(50);
  assert.deepEqual(seen, ["e  0", "e  1", "e  2", "é/€ x 1", "r old 0 retain", "d x 1 dup"]);
  assert.equal(unconfirmed(bench), 0);
  assert.equal(session.counters.received, 6);
});

test("DUP with QoS 0 is ignored: the message is delivered, whole or byte by byte, and the connection holds", () => {
  for (const piece of [1_460, 1]) {
    const { bench, session, seen } = listening();
    bench.network.piece = piece;
    bench.broker.send(publishBytes("d", { payload: "x", duplicate: true }));
    bench.broker.send(publishBytes("d", { payload: "y", duplicate: true, retain: true }));
    bench.time.advance(50);
    assert.deepEqual(seen, ["d x 0", "d y 0 retain"]);
    assert.equal(session.counters.connects, 1);
    assert.equal(session.state.kind, "online");
  }
});

test("retained messages of before come on subscribing", () => {
  const bench = new SessionBench();
  bench.broker.publish("s", { payload: "on", retain: true });
  const session = bench.online();
  const seen: string[] = [];
  session.subscribe("s", { onMessage: (message) => seen.push(lineOf(message)) });
  bench.time.advance(20);
  assert.deepEqual(seen, ["s on 0 retain"]);
});

test("PUBACK and PUBREC leave only when the handler has returned", () => {
  for (const QoS of [1, 2]) {
    const bench = new SessionBench();
    const session = bench.online();
    let typesInside = "";
    session.subscribe("t", {
      QoS: 2,
      onMessage: () => {
        bench.time.advance(50);
        typesInside = bench.broker.connection.types;
      },
    });
    bench.time.advance(10);
    bench.broker.publish("t", { QoS });
    bench.time.advance(100);
    assert.equal(typesInside, "CONNECT SUBSCRIBE");
    assert.match(bench.broker.connection.types, QoS === 1 ? /PUBACK$/ : /PUBREC PUBCOMP$/);
  }
});

test("a QoS 2 message that the broker repeats is delivered once", () => {
  const { bench, session, seen } = listening();
  const repeat = (duplicate: boolean) =>
    bench.broker.send(publishBytes("t", { payload: "x", QoS: 2, id: 5, duplicate }));
  repeat(false);
  repeat(true);
  repeat(true);
  bench.time.advance(20);
  assert.equal(seen.length, 1);
  assert.equal(session.counters.repeated, 2);
  assert.match(bench.broker.connection.types, /PUBREC PUBREC PUBREC/);
  bench.broker.send(pubrelBytes(5));
  repeat(false);
  bench.time.advance(20);
  assert.equal(seen.length, 2, "after PUBREL the id is free");
});

test("a PUBREL for an unknown id is answered", () => {
  const { bench, session } = listening();
  bench.broker.send(pubrelBytes(77));
  bench.time.advance(20);
  assert.match(bench.broker.connection.types, /PUBCOMP$/);
  assert.equal(session.state.kind, "online");
});

test("a fresh session forgets QoS 2 ids: the broker uses them for new messages", () => {
  const { bench, session, seen } = listening();
  bench.broker.send(publishBytes("t", { payload: "1", QoS: 2, id: 1 }));
  bench.time.advance(20);
  bench.broker.forget();
  bench.network.link.cut();
  bench.until(() => session.counters.connects === 2);
  bench.time.advance(20);
  bench.broker.send(publishBytes("t", { payload: "2", QoS: 2, id: 1 }));
  bench.time.advance(20);
  assert.deepEqual(seen, ["t 1 2", "t 2 2"]);
});

test("a message larger than the limit is dropped, counted, acknowledged, and the next comes", () => {
  for (const QoS of [0, 1, 2]) {
    for (const piece of [Number.POSITIVE_INFINITY, 100, 1]) {
      const { bench, session, seen } = listening({ limits: { message: 64 } });
      bench.network.piece = piece;
      bench.broker.publish("big", { payload: "x".repeat(2_000), QoS });
      bench.broker.publish("t", { payload: "next", QoS });
      bench.time.advance(50);
      assert.deepEqual(seen, [`t next ${QoS}`]);
      assert.equal(session.counters.oversize, 1);
      assert.equal(unconfirmed(bench), 0);
      assert.match(bench.book.text, /a message of 2000 bytes on big was dropped/);
    }
  }
});

test("a message with a topic over the limit is dropped, counted and acknowledged", () => {
  const { bench, session, seen } = listening({ limits: { topic: 64 } });
  bench.broker.publish("a/".repeat(60), { payload: "x", QoS: 1 });
  bench.broker.publish("t", { payload: "next", QoS: 1 });
  bench.time.advance(50);
  assert.deepEqual(seen, ["t next 1"]);
  assert.equal(session.counters.oversize, 1);
  assert.equal(unconfirmed(bench), 0);
});

test("a large message comes piece by piece to those who want it so", () => {
  for (const QoS of [0, 1, 2] as const) {
    const bench = new SessionBench();
    const session = bench.online({ limits: { message: 64 } });
    let text = "";
    const offsets: number[] = [];
    session.subscribe("t", {
      QoS,
      onMessage: () => assert.fail("as a whole"),
      onFragment: ({ bytes, offset, total }) => {
        assert.equal(total, 1_000);
        assert.equal(offset, text.length);
        offsets.push(offset);
        text += decoder.decode(bytes);
      },
    });
    bench.time.advance(10);
    const payload = Array.from({ length: 1_000 }, (_, i) => String(i % 10)).join("");
    bench.broker.publish("t", { payload, QoS });
    bench.time.advance(50);
    assert.equal(text, payload);
    assert.ok(offsets.length > 10);
    assert.equal(unconfirmed(bench), 0);
  }
});

test("a transfer that is cut starts again at 0, and nothing of it goes to another topic", () => {
  const bench = new SessionBench();
  const session = bench.online({ limits: { message: 64 } });
  const begins: number[] = [];
  const seen: string[] = [];
  session.subscribe("#", {
    QoS: 2,
    onMessage: (message) => seen.push(lineOf(message)),
    onFragment: ({ offset }) => {
      if (offset === 0) begins.push(bench.time.ticks());
    },
  });
  bench.time.advance(10);
  bench.network.link.cutToClientAt = bench.network.link.toClient + 700;
  bench.broker.publish("big", { payload: "x".repeat(1_000), QoS: 2 });
  bench.broker.publish("t", { payload: "small", QoS: 1 });
  bench.until(() => session.counters.connects === 2);
  bench.time.advance(100);
  assert.equal(begins.length, 2);
  assert.deepEqual(seen, ["t small 1 dup"]);
  assert.equal(unconfirmed(bench), 0);
});

test("what a handler throws is contained and counted, and the message counts as delivered", () => {
  for (const manualAck of [false, true]) {
    const bench = new SessionBench();
    const session = bench.online();
    const others: string[] = [];
    session.subscribe("t", {
      QoS: 2,
      manualAck,
      onMessage: () => {
        throw new Error("handler");
      },
    });
    session.subscribe("#", { QoS: 2, onMessage: (message) => others.push(lineOf(message)) });
    bench.time.advance(10);
    for (const QoS of [0, 1, 2]) bench.broker.publish("t", { payload: "x", QoS });
    bench.time.advance(60_000);
    assert.equal(session.counters.faults, 3);
    assert.deepEqual(others, ["t x 0", "t x 1", "t x 2"]);
    assert.equal(unconfirmed(bench), 0);
    assert.equal(session.counters.connects, 1);
    assert.match(bench.book.text, /a callback has failed: handler/);
  }
});

test("exceptions in all other callbacks are contained and counted", () => {
  const bench = new SessionBench();
  const boom = () => {
    throw new Error("boom");
  };
  const session = bench.session({ onState: boom, onDropped: boom, limits: { message: 16 } });
  session.start();
  session.subscribe("t", { onMessage: boom, onFragment: boom, onGranted: boom });
  session.publish("t", "x", { onDone: boom });
  session.publish("t", "x", { expiry: 1, onDone: boom });
  bench.time.advance(5_000);
  bench.broker.publish("t", { payload: "x".repeat(40) });
  bench.time.advance(50);
  session.stop(boom);
  bench.time.advance(5_000);
  assert.equal(session.state.kind, "stopped");
  assert.ok(session.counters.faults >= 10, `${session.counters.faults}`);
  assert.equal(bench.time.pending, 0);
});

test("with manualAck a message is acknowledged when the handler says so", () => {
  for (const QoS of [1, 2]) {
    const { bench, acks } = manual();
    bench.broker.publish("t", { payload: "x", QoS });
    bench.time.advance(5_000);
    assert.doesNotThrow(() => assert.equal(unconfirmed(bench), 1));
    acks[0]?.();
    acks[0]?.();
    bench.time.advance(50);
    assert.equal(unconfirmed(bench), 0);
  }
});

test("with two handlers of one message both must acknowledge", () => {
  const { bench, session, acks } = manual();
  const second: (() => void)[] = [];
  session.subscribe("t", {
    QoS: 2,
    manualAck: true,
    onMessage: ({ ack }) => {
      if (ack) second.push(ack);
    },
  });
  bench.time.advance(10);
  bench.broker.publish("t", { QoS: 1 });
  bench.time.advance(10);
  acks[0]?.();
  bench.time.advance(10);
  assert.equal(unconfirmed(bench), 1);
  second[0]?.();
  bench.time.advance(10);
  assert.equal(unconfirmed(bench), 0);
});

test("the window of unacknowledged messages stops reading, an ack goes on with it", () => {
  const { bench, session, acks, seen } = manual({ unacknowledged: 3 });
  for (let i = 0; i < 8; i++) bench.broker.publish("t", { payload: String(i), QoS: 1 });
  bench.time.advance(100);
  assert.equal(seen.length, 3);
  acks.shift()?.();
  bench.time.advance(100);
  assert.equal(seen.length, 4);
  while (acks.length > 0) {
    acks.shift()?.();
    bench.time.advance(10);
  }
  assert.equal(seen.length, 8);
  assert.equal(unconfirmed(bench), 0);
  assert.equal(session.counters.faults, 0);
});

test("a handler that takes its time is not taken for a dead link or a silent broker", () => {
  const { bench, session, acks } = manual({ unacknowledged: 1, ackDeadline: 300_000 });
  session.publish("t", "x", { QoS: 1 });
  bench.broker.publish("t", { QoS: 1 });
  bench.time.advance(200_000);
  assert.equal(session.counters.connects, 1);
  while (acks.length > 0) {
    acks.shift()?.();
    bench.time.advance(1_000);
  }
  assert.equal(session.counters.delivered, 1);
  assert.equal(session.counters.connects, 1);
});

test("a handler that never acknowledges costs the connection after 30 s, and gets it again", () => {
  for (const QoS of [1, 2]) {
    const { bench, session, seen, acks } = manual();
    bench.broker.publish("t", { payload: "x", QoS });
    bench.until(() => session.state.kind === "waiting", 32_000);
    const { state } = session;
    assert.equal(state.kind === "waiting" && state.reason, "mqtt/ack-deadline");
    bench.until(() => seen.length === 2);
    assert.deepEqual(seen, [`t x ${QoS}`, `t x ${QoS} dup`]);
    assert.equal(session.counters.lateAcks, 1);
    acks[0]?.();
    bench.time.advance(20);
    assert.equal(unconfirmed(bench), 1, "the first ack comes too late");
    acks[1]?.();
    bench.time.advance(20);
    assert.equal(unconfirmed(bench), 0);
  }
});

test("an ack on the next connection: QoS 2 is not delivered again, QoS 1 is", () => {
  for (const QoS of [1, 2]) {
    const { bench, session, seen, acks } = manual();
    bench.broker.publish("t", { payload: "x", QoS });
    bench.time.advance(10);
    bench.network.link.cut();
    bench.until(() => session.counters.connects === 2);
    bench.time.advance(50);
    assert.equal(seen.length, QoS === 1 ? 2 : 1);
    for (const ack of acks) ack();
    bench.time.advance(50);
    assert.equal(unconfirmed(bench), 0);
  }
});

test("an ack while there is no connection: QoS 2 is confirmed when the broker repeats it", () => {
  const { bench, session, seen, acks } = manual();
  bench.broker.publish("t", { payload: "x", QoS: 2 });
  bench.time.advance(10);
  bench.network.link.cut();
  bench.until(() => session.state.kind === "waiting");
  acks[0]?.();
  bench.until(() => session.counters.connects === 2);
  bench.time.advance(50);
  assert.equal(seen.length, 1);
  assert.equal(unconfirmed(bench), 0);
});

test("a full window of QoS 2 messages that were not acknowledged survives a new connection", () => {
  const { bench, session, seen, acks } = manual({ unacknowledged: 2 });
  for (let i = 0; i < 4; i++) bench.broker.publish("t", { payload: String(i), QoS: 2 });
  bench.time.advance(50);
  bench.network.link.cut();
  bench.until(() => session.counters.connects === 2);
  bench.time.advance(50);
  while (acks.length > 0) {
    acks.shift()?.();
    bench.time.advance(50);
  }
  assert.deepEqual(
    seen.map((line) => line.slice(2, 3)),
    ["0", "1", "2", "3"],
  );
  assert.equal(unconfirmed(bench), 0);
});

test("the granted QoS is told, a refusal too, and it is asked for again on the next connection", () => {
  const bench = new SessionBench();
  bench.broker.grant = (filter, QoS) => (filter === "no" ? 0x80 : Math.min(QoS, 1));
  const session = bench.online();
  const granted: string[] = [];
  for (const filter of ["yes", "no"]) {
    session.subscribe(filter, {
      QoS: 2,
      onMessage: () => {},
      onGranted: (code) => granted.push(`${filter} ${code}`),
    });
  }
  bench.time.advance(20);
  assert.deepEqual(granted, ["yes 1", "no 128"]);
  assert.match(bench.book.text, /the broker refused the subscription to no/);
  assert.match(bench.book.text, /the broker granted QoS 1 instead of 2 for yes/);
  bench.network.link.cut();
  bench.until(() => session.counters.connects === 2);
  bench.time.advance(20);
  assert.deepEqual(granted.slice(2), ["no 128"], "the session was kept");
});

test("SUBACK and UNSUBACK with unknown ids are harmless", () => {
  const { bench, session, seen } = listening();
  bench.broker.send(subackBytes(9, [0]));
  bench.broker.send(unsubackBytes(9));
  bench.broker.publish("t", { payload: "x" });
  bench.time.advance(20);
  assert.equal(session.state.kind, "online");
  assert.equal(seen.length, 1);
});

test("a SUBACK without a code for each filter ends the connection, the next one subscribes again", () => {
  for (const codes of [[0], [0, 0, 0]]) {
    const bench = new SessionBench();
    const session = bench.session();
    const granted: number[] = [];
    const onGranted = (code: number) => granted.push(code);
    for (const filter of ["a", "b"]) session.subscribe(filter, { onMessage() {}, onGranted });
    bench.broker.onPacket = (packet) => {
      if (packet.type !== "SUBSCRIBE" || bench.broker.connections.length > 1) return false;
      bench.broker.send(subackBytes(packet.id, codes));
      return true;
    };
    session.start();
    bench.until(() => session.state.kind === "waiting");
    const { state } = session;
    assert.match(
      state.kind === "waiting" ? state.text : "",
      /code for each filter.*MQTT-3\.8\.4-5/,
    );
    assert.deepEqual(granted, []);
    bench.until(() => granted.length === 2);
  }
});

test("many filters go out in several requests, one at a time", () => {
  const bench = new SessionBench();
  const session = bench.session();
  for (let i = 0; i < 20; i++) session.subscribe(`f/${i}`, { QoS: 1, onMessage: () => {} });
  session.start();
  bench.time.advance(100);
  assert.equal(bench.broker.connection.session?.filters.size, 20);
  assert.equal(bench.broker.connection.types, "CONNECT SUBSCRIBE SUBSCRIBE SUBSCRIBE");
});

test("closing a subscription ends its callbacks at once and tells the broker", () => {
  const { bench, session, seen } = listening();
  const calls: string[] = [];
  const handle = session.subscribe("t", { onMessage: () => calls.push("t") });
  bench.time.advance(20);
  bench.broker.publish("t");
  bench.time.advance(20);
  assert.equal(calls.length, 1);
  bench.broker.publish("t");
  handle.close();
  handle.close();
  bench.time.advance(20);
  assert.equal(calls.length, 1);
  assert.deepEqual([...(bench.broker.connection.session?.filters.keys() ?? [])], ["#"]);
  assert.equal(seen.length, 2);
});

test("a filter of several subscribers is left when the last one closes", () => {
  const bench = new SessionBench();
  const session = bench.online();
  const handles = [0, 1].map((QoS) =>
    session.subscribe("t", { QoS: QoS as 0 | 1, onMessage: () => {} }),
  );
  bench.time.advance(20);
  assert.equal(
    bench.broker.connection.session?.filters.get("t"),
    1,
    "the highest QoS is asked for",
  );
  handles[1]?.close();
  bench.time.advance(20);
  assert.equal(bench.broker.connection.session?.filters.size, 1);
  handles[0]?.close();
  bench.time.advance(20);
  assert.equal(bench.broker.connection.session?.filters.size, 0);
});

test("a filter that is left while there is no connection is left on the next", () => {
  const { bench, session } = listening();
  const handle = session.subscribe("t", { onMessage: () => {} });
  bench.time.advance(20);
  bench.network.link.cut();
  bench.until(() => session.state.kind === "waiting");
  handle.close();
  bench.until(() => session.counters.connects === 2);
  bench.time.advance(20);
  assert.deepEqual([...(bench.broker.sessions.get("board")?.filters.keys() ?? [])], ["#"]);
});

test("messages that nobody wants are counted and acknowledged", () => {
  const bench = new SessionBench();
  const session = bench.online();
  bench.broker.send(publishBytes("x", { QoS: 1, id: 3 }));
  bench.time.advance(20);
  assert.equal(session.counters.unmatched, 1);
  assert.match(bench.broker.connection.types, /PUBACK$/);
});

test("answers from inside a handler arrive, however many come at once", () => {
  const bench = new SessionBench();
  const session: MqttSession = bench.online();
  session.subscribe("ask", {
    QoS: 2,
    onMessage: ({ payload }) => {
      session.publish("answer", payload, { QoS: 1 });
    },
  });
  bench.time.advance(20);
  const list = Array.from({ length: 60 }, (_, i) => String(i));
  for (const payload of list) bench.broker.publish("ask", { payload, QoS: 1 });
  bench.time.advance(500);
  // The outbox has room for 16 that wait or are not confirmed: the oldest waiting ones make room.
  const { published, dropped } = session.counters;
  assert.equal(published, 60);
  assert.equal(bench.broker.payloads("answer").length, 60 - dropped);
  assert.equal(bench.broker.payloads("answer").at(-1), "59");
});

test("a broker with more QoS 2 messages on their way than can be remembered is left, none is lost", () => {
  const { bench, session, seen } = listening();
  bench.broker.muted.add("PUBREC");
  for (let i = 0; i < 140; i++) bench.broker.publish("t", { payload: String(i), QoS: 2 });
  bench.until(() => session.state.kind === "waiting");
  const { state } = session;
  assert.equal(state.kind === "waiting" && state.reason, "mqtt/window-exceeded");
  bench.broker.muted.clear();
  bench.until(() => unconfirmed(bench) === 0);
  assert.deepEqual(
    seen.map((line) => line.split(" ")[1]),
    Array.from({ length: 140 }, (_, i) => String(i)),
  );
});

test("500 QoS 2 messages that a broker sends at once need four connections, each comes once, in order", () => {
  const { bench, session, seen } = listening();
  session.suspend();
  bench.time.advance(100);
  for (let i = 0; i < 500; i++) bench.broker.publish("t", { payload: String(i), QoS: 2 });
  session.resume();
  bench.until(() => unconfirmed(bench) === 0);
  assert.deepEqual(
    seen.map((line) => line.split(" ")[1]),
    Array.from({ length: 500 }, (_, i) => String(i)),
  );
  assert.equal(session.counters.connects, 1 + 4);
  assert.equal(session.counters.kicks, 0, "it was not the broker that closed");
});

test("packet ids that a broker never releases do not fill the memory for ever", () => {
  const { bench, session, seen } = listening();
  bench.broker.muted.add("PUBREC");
  for (let round = 0; round < 5; round++) {
    for (let i = 1; i <= 100; i++) {
      const id = round * 100 + i;
      bench.broker.send(publishBytes("t", { payload: String(id), QoS: 2, id }));
    }
    bench.time.advance(100);
    bench.broker.connection.link.cut();
    bench.until(() => session.state.kind === "online" && session.counters.connects === round + 2);
  }
  assert.equal(seen.length, 500);
  assert.equal(session.counters.kicks, 5);
});

test("when ids are given up, those that the broker repeats are still known", () => {
  const { bench, session, seen } = listening();
  bench.broker.muted.add("PUBREC");
  // Half of them only this broker's session knows and repeats; the others it has lost.
  for (let i = 0; i < 60; i++) bench.broker.publish("kept", { payload: String(i), QoS: 2 });
  for (let i = 0; i < 60; i++) {
    bench.broker.send(publishBytes("lost", { payload: String(i), QoS: 2, id: 1_000 + i }));
  }
  bench.time.advance(100);
  bench.broker.connection.link.cut();
  bench.until(() => session.state.kind === "online" && session.counters.connects === 2);
  bench.time.advance(100);
  for (let i = 60; i < 100; i++) bench.broker.publish("kept", { payload: String(i), QoS: 2 });
  bench.time.advance(100);
  bench.broker.muted.clear();
  bench.broker.connection.link.cut();
  bench.until(() => session.counters.connects === 3 && unconfirmed(bench) === 0);
  const kept = seen.filter((line) => line.startsWith("kept"));
  assert.deepEqual(
    kept.map((line) => line.split(" ")[1]),
    Array.from({ length: 100 }, (_, i) => String(i)),
  );
  assert.equal(seen.length, 160);
});
