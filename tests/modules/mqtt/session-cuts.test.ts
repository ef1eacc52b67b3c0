// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { MqttSession } from "../../../modules/mqtt/session.ts";
import { ScriptedBroker } from "../../support/scripted-broker.ts";
import { SessionBench } from "../../support/session-bench.ts";

type QoS = 1 | 2;
type End = "cutToBrokerAt" | "cutToClientAt";

interface Exchange {
  readonly bench: SessionBench;
  readonly session: MqttSession;
  readonly received: string[];
}

/** Three messages out and three in, with the first connection cut at a byte. */
function exchange(QoS: QoS, cut: { end: End; at: number } | undefined, forgets: boolean): Exchange {
  const bench = new SessionBench();
  const received: string[] = [];
  bench.broker.onConnection = ({ link }) => {
    if (cut && bench.broker.connections.length === 1) link[cut.end] = cut.at;
    else if (forgets) bench.broker.forget();
  };
  const session = bench.session();
  const decoder = new TextDecoder();
  session.subscribe("in", {
    QoS,
    onMessage: ({ payload }) => received.push(decoder.decode(payload)),
  });
  session.start();
  for (const text of ["1", "2", "3"]) session.publish("out", text, { QoS });
  bench.time.advance(40);
  for (const text of ["a", "b", "c"]) bench.broker.publish("in", { payload: text, QoS });
  bench.time.advance(40);
  // Longer than the pause before the next attempt.
  bench.time.advance(10_000);
  return { bench, session, received };
}

/** All bytes of an undisturbed exchange, each way. */
function lengths(QoS: QoS): Record<End, number> {
  const { bench } = exchange(QoS, undefined, false);
  const { toBroker, toClient } = bench.network.link;
  return { cutToBrokerAt: toBroker, cutToClientAt: toClient };
}

/** The list without repetitions: the order in which values came first. */
function firsts(list: readonly string[]): string[] {
  return [...new Set(list)];
}

for (const QoS of [1, 2] as const) {
  for (const end of ["cutToBrokerAt", "cutToClientAt"] as const) {
    const where = end === "cutToBrokerAt" ? "to the broker" : "to the client";
    test(`QoS ${QoS}: a cut at any byte ${where} loses nothing when the session is kept`, () => {
      const total = lengths(QoS)[end];
      assert.ok(total > 40);
      for (let at = 1; at <= total; at++) {
        const { bench, session, received } = exchange(QoS, { end, at }, false);
        const arrived = bench.broker.payloads("out");
        const what = `cut at byte ${at} of ${total}`;
        assert.deepEqual(firsts(arrived), ["1", "2", "3"], what);
        assert.equal(session.counters.delivered, 3, what);
        assert.equal(session.outgoing, 0, what);
        if (QoS === 2) assert.equal(arrived.length, 3, what);
        // What was sent to the client while it had no subscription, nobody owes it.
        const known = [...(bench.broker.sessions.values().next().value?.filters.keys() ?? [])];
        assert.deepEqual(known, ["in"], what);
        if (QoS === 2) assert.deepEqual(received, firsts(received), what);
        if (received.length > 0) assert.deepEqual(firsts(received), ["a", "b", "c"], what);
        assert.equal(bench.broker.sessions.get("board")?.unconfirmed, 0, what);
        assert.equal(session.counters.faults, 0, what);
      }
    });

    test(`QoS ${QoS}: a cut at any byte ${where} loses nothing of ours when the session is lost`, () => {
      const total = lengths(QoS)[end];
      for (let at = 1; at <= total; at++) {
        const { bench, session } = exchange(QoS, { end, at }, true);
        const what = `cut at byte ${at} of ${total}`;
        assert.deepEqual(firsts(bench.broker.payloads("out")).sort(), ["1", "2", "3"], what);
        assert.equal(session.counters.delivered, 3, what);
        assert.deepEqual(
          [...(bench.broker.sessions.get("board")?.filters ?? [])],
          [["in", QoS]],
          what,
        );
      }
    });
  }
}

test("what is repeated has DUP and its old id when the session is kept", () => {
  for (const QoS of [1, 2] as const) {
    const bench = new SessionBench();
    const session = bench.online();
    bench.broker.muted.add("PUBLISH");
    session.publish("t", "x", { QoS });
    bench.time.advance(10);
    bench.broker.muted.clear();
    bench.network.link.cut();
    bench.until(() => session.counters.delivered === 1);
    const [first, again] = bench.broker.published("t");
    assert.equal(first?.duplicate, false);
    assert.equal(again?.duplicate, true);
    assert.equal(again?.id, first?.id);
    assert.equal(session.counters.resumed, 1);
  }
});

test("what is repeated is a new message when the session is lost", () => {
  const bench = new SessionBench();
  const session = bench.online();
  bench.broker.muted.add("PUBLISH");
  session.publish("t", "x", { QoS: 2 });
  bench.time.advance(10);
  bench.broker.muted.clear();
  bench.broker.forget();
  bench.network.link.cut();
  bench.until(() => session.counters.delivered === 1);
  assert.deepEqual(
    bench.broker.published("t").map(({ duplicate }) => duplicate),
    [false, false],
  );
  assert.equal(session.counters.restarted, 1);
  assert.match(bench.book.text, /lost the session/);
});

test("PUBREL is repeated, not the message, when PUBREC had come", () => {
  const bench = new SessionBench();
  const session = bench.online();
  bench.broker.muted.add("PUBREL");
  session.publish("t", "x", { QoS: 2 });
  bench.time.advance(10);
  bench.broker.muted.clear();
  bench.network.link.cut();
  bench.until(() => session.counters.delivered === 1);
  assert.equal(bench.broker.connections[1]?.types, "CONNECT PUBREL");
  assert.deepEqual(bench.broker.payloads("t"), ["x"]);
});

test("PUBRELs are repeated in the order of their PUBRECs, before messages", () => {
  const bench = new SessionBench();
  const session = bench.online();
  bench.widen(session);
  bench.broker.muted.add("PUBREL").add("PUBLISH");
  for (const text of ["1", "2", "3", "4"]) session.publish("t", text, { QoS: 2 });
  bench.time.advance(10);
  const ids = bench.broker.published("t").map(({ id }) => id);
  for (const i of [2, 0]) bench.broker.connection.session?.received.add(ids[i] ?? 0);
  const { link } = bench.broker.connection;
  for (const i of [2, 0])
    link.send(Uint8Array.of(0x50, 2, (ids[i] ?? 0) >> 8, (ids[i] ?? 0) & 255));
  bench.time.advance(10);
  bench.broker.muted.clear();
  link.cut();
  bench.until(() => session.counters.delivered === 8 + 4);
  const again = bench.broker.connections[1]?.packets ?? [];
  const order = again.flatMap((packet) =>
    "id" in packet && packet.type !== "CONNECT" ? [packet.id] : [],
  );
  assert.deepEqual(order.slice(0, 4), [ids[2], ids[0], ids[1], ids[3]]);
  assert.match(bench.broker.connections[1]?.types ?? "", /^CONNECT PUBREL PUBREL PUBLISH PUBLISH/);
});

test("a broker that says it kept the session but has lost it costs no message of ours", () => {
  for (const QoS of [1, 2] as const) {
    const bench = new SessionBench();
    const session = bench.online();
    bench.broker.muted.add("PUBLISH");
    session.publish("t", "x", { QoS });
    bench.time.advance(10);
    bench.broker.muted.clear();
    bench.broker.forget();
    bench.broker.present = true;
    bench.network.link.cut();
    bench.until(() => session.counters.delivered === 1);
    assert.deepEqual(bench.broker.payloads("t"), ["x"]);
  }
});

test("a broker that says it lost the session but has kept it costs no message of ours", () => {
  const bench = new SessionBench();
  const session = bench.online();
  bench.broker.muted.add("PUBLISH");
  session.publish("t", "x", { QoS: 1 });
  bench.time.advance(10);
  bench.broker.muted.clear();
  bench.broker.present = false;
  bench.network.link.cut();
  bench.until(() => session.counters.delivered === 1);
  assert.deepEqual(bench.broker.payloads("t"), ["x"]);
});

test("session present with a clean session is not believed", () => {
  const bench = new SessionBench();
  bench.broker.present = true;
  const session = bench.online({ clean: true });
  session.subscribe("in", { onMessage: () => {} });
  bench.time.advance(10);
  bench.network.link.cut();
  bench.until(() => session.counters.connects === 2);
  bench.time.advance(10);
  assert.equal(session.counters.resumed, 0);
  assert.match(bench.broker.connections[1]?.types ?? "", /SUBSCRIBE/);
});

test("a kept session is not subscribed again, a lost one is", () => {
  const bench = new SessionBench();
  const session = bench.online();
  session.subscribe("in", { QoS: 1, onMessage: () => {} });
  bench.time.advance(10);
  bench.network.link.cut();
  bench.until(() => session.counters.connects === 2);
  bench.time.advance(10);
  assert.equal(bench.broker.connections[1]?.types, "CONNECT");
  bench.broker.forget();
  bench.network.link.cut();
  bench.until(() => session.counters.connects === 3);
  bench.time.advance(10);
  assert.equal(bench.broker.connections[2]?.types, "CONNECT SUBSCRIBE");
});

/** A session with two brokers that know nothing of each other; `down` are those that close at once. */
function twoBrokers() {
  const bench = new SessionBench();
  const [one, acceptOne] = [bench.broker, bench.network.onLink];
  const two = new ScriptedBroker(bench.network);
  const acceptTwo = bench.network.onLink;
  const down = new Set<string>();
  bench.network.onLink = (link) => {
    const { address } = link.options;
    (address === "10.0.0.1" ? acceptOne : acceptTwo)(link);
    if (down.has(address)) link.cut();
  };
  const brokers = ["10.0.0.1", "10.0.0.2"].map((host) => ({ host, port: 1883, secure: false }));
  const received: string[] = [];
  const session = bench.online({ brokers });
  session.subscribe("in", {
    QoS: 2,
    onMessage: ({ payload }) => received.push(new TextDecoder().decode(payload)),
  });
  bench.time.advance(20);
  /** The link to the first is lost, it stays away, and the second says that it has a session. */
  const change = () => {
    two.present = true;
    down.add("10.0.0.1");
    one.connection.link.cut();
    bench.until(() => session.counters.connects === 2);
    bench.time.advance(50);
  };
  return { bench, one, two, session, received, change };
}

test("a session that another broker has is not ours: filters and messages go out as new", () => {
  const { one, two, session, change } = twoBrokers();
  // The first has taken the message and waits for PUBREL.
  one.muted.add("PUBREL");
  session.publish("out", "x", { QoS: 2 });
  change();
  assert.equal(two.connection.types, "CONNECT SUBSCRIBE PUBLISH PUBREL");
  assert.deepEqual(two.payloads("out"), ["x"]);
  assert.equal(two.published("out")[0]?.duplicate, false);
  assert.equal(session.counters.resumed, 0);
  assert.equal(session.counters.delivered, 1);
});

test("another broker uses packet ids for messages of its own, and none is taken for a repetition", () => {
  const { bench, one, two, received, change } = twoBrokers();
  one.muted.add("PUBREC");
  one.publish("in", { payload: "from one", QoS: 2 });
  bench.time.advance(50);
  change();
  two.publish("in", { payload: "from two", QoS: 2 });
  bench.time.advance(50);
  assert.deepEqual(received, ["from one", "from two"]);
  assert.equal(two.sessions.get("board")?.unconfirmed, 0);
});

test("back at the same broker the session is resumed, with several brokers too, but not after a start", () => {
  const { bench, one, session } = twoBrokers();
  assert.equal(session.counters.resumed, 0);
  one.connection.link.cut();
  bench.until(() => session.counters.connects === 2);
  // The next in the list, which is another.
  assert.equal(session.counters.resumed, 0);
  bench.time.advance(31_000);
  const { link } = bench.network;
  link.cut();
  bench.until(() => session.counters.connects === 3);
  assert.equal(session.counters.resumed, 1);
  const later = bench.session({
    brokers: ["10.0.0.1", "10.0.0.2"].map((host) => ({ host, port: 1883, secure: false })),
  });
  later.start();
  bench.until(() => later.state.kind === "online");
  assert.equal(later.state.kind === "online" && later.state.resumed, false);
});
