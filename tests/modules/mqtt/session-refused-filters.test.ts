// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { seededRandom } from "../../support/random.ts";
import { SessionBench } from "../../support/session-bench.ts";

const birth = { topic: "status", payload: "online" };
const limits = { outboxCount: 60, outboxBytes: 15_360 };

/** A broker that ends the connection at requests with these filters, `late` ms after they have come. */
function forbid(bench: SessionBench, filters: readonly string[], late = 0): void {
  bench.broker.onPacket = (packet, { link }) => {
    const asked =
      packet.type === "SUBSCRIBE"
        ? packet.requests.map(({ filter }) => filter)
        : packet.type === "UNSUBSCRIBE"
          ? packet.filters
          : [];
    if (!asked.some((filter) => filters.includes(filter))) return false;
    if (late > 0) bench.time.set(() => link.shut(), late);
    else link.shut();
    return true;
  };
}

/** Requests with a filter. */
function requestsFor(bench: SessionBench, wanted: string): number {
  return bench.broker.packets.filter(
    (packet) =>
      packet.type === "SUBSCRIBE" && packet.requests.some(({ filter }) => filter === wanted),
  ).length;
}

for (const QoS of [0, 1, 2] as const) {
  test(`a broker that ends the connection at a filter gets 1,200 messages of QoS ${QoS} all the same, and the other filters`, () => {
    for (const late of [0, 50]) {
      const bench = new SessionBench();
      forbid(bench, ["forbidden", "forbidden/too"], late);
      const session = bench.session({ birth, limits });
      const granted: string[] = [];
      let received = 0;
      session.subscribe("in", { QoS: 1, onMessage: () => received++ });
      for (const filter of ["forbidden", "allowed", "forbidden/too"]) {
        const onGranted = (code: number) => granted.push(`${filter} ${code}`);
        session.subscribe(filter, { onMessage: () => {}, onGranted });
      }
      session.start();
      for (let i = 0; i < 1_200; i++) {
        session.publish("good", String(i), { QoS });
        bench.broker.publish("in", { payload: "x", QoS: 1 });
        bench.time.advance(1_000);
      }
      const arrived = new Set(bench.broker.payloads("good")).size;
      assert.ok(arrived >= 1_190, `${arrived} of 1,200, ${late} ms`);
      assert.ok(received >= 1_100, `${received} received`);
      const { connects, refused } = session.counters;
      assert.ok(connects < 12, `${connects} connections`);
      assert.equal(refused, 0, "no message is taken for the reason");
      const refusals = granted.filter((text) => text.endsWith("128"));
      assert.deepEqual(refusals.sort(), ["forbidden 128", "forbidden/too 128"]);
      assert.match(bench.book.text, /the broker refused the subscription to forbidden/);
      assert.doesNotMatch(bench.book.text, /another client/);
    }
  });
}

test("a filter at which connections have ended is asked for again after a minute, then after two", () => {
  const bench = new SessionBench();
  forbid(bench, ["forbidden"]);
  const session = bench.session({ birth });
  session.subscribe("forbidden", { onMessage: () => {} });
  session.start();
  const reconnect = (pause: number) => {
    const { connects } = session.counters;
    session.suspend();
    bench.time.advance(pause);
    session.resume();
    bench.until(() => session.counters.connects > connects);
    bench.time.advance(5_000);
  };
  bench.time.advance(30_000);
  const first = requestsFor(bench, "forbidden");
  assert.equal(first, 4);
  reconnect(10_000);
  assert.equal(requestsFor(bench, "forbidden"), first);
  reconnect(60_000);
  assert.equal(requestsFor(bench, "forbidden"), first + 1);
  reconnect(60_000);
  assert.equal(requestsFor(bench, "forbidden"), first + 1);
  forbid(bench, []);
  reconnect(120_000);
  assert.equal(requestsFor(bench, "forbidden"), first + 2);
  // And then with each connection that needs it.
  reconnect(1_000);
  assert.equal(requestsFor(bench, "forbidden"), first + 3);
});

test("a filter that is given up for good does not stop a board, though the broker ends connections at that", () => {
  const bench = new SessionBench();
  const session = bench.online({ birth, limits });
  const subscription = session.subscribe("in", { QoS: 1, onMessage: () => {} });
  bench.time.advance(100);
  forbid(bench, ["in"]);
  subscription.close();
  for (let i = 0; i < 300; i++) {
    session.publish("good", String(i), { QoS: 1 });
    bench.time.advance(1_000);
  }
  assert.equal(new Set(bench.broker.payloads("good")).size, 300);
  assert.ok(session.counters.connects < 8, `${session.counters.connects} connections`);
});

test("a bad network that cuts requests again and again costs no filter", () => {
  for (const seed of [1, 2, 3]) {
    const bench = new SessionBench();
    const random = seededRandom(seed);
    bench.network.latency = 40;
    const session = bench.online({ birth, limits });
    const filters = ["a", "b", "c"];
    for (const filter of filters) session.subscribe(filter, { onMessage: () => {} });
    for (let i = 0; i < 300; i++) {
      bench.time.advance(Math.floor(random() * 2_000));
      if (random() < 0.3) bench.network.link.shut();
    }
    bench.until(() => session.state.kind === "online");
    bench.time.advance(5_000);
    bench.until(() => session.state.kind === "online");
    const kept = [...bench.broker.sessions.values()].flatMap(({ filters }) => [...filters.keys()]);
    assert.deepEqual(kept.sort(), filters, `seed ${seed}`);
    assert.doesNotMatch(bench.book.text, /refused the subscription/);
  }
});
