// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { LinkWatch } from "../../../../modules/mqtt/session/link-watch.ts";
import type { MqttSession } from "../../../../modules/mqtt/session.ts";
import { SessionBench } from "../../../support/session-bench.ts";

/** A session that publishes once a second. */
function busy(bench: SessionBench, QoS: 0 | 1 | 2 = 1): MqttSession {
  const session = bench.online({ birth: { topic: "s", payload: "online" } });
  bench.time.repeat(() => session.publish("t", "x", { QoS }), 1_000);
  bench.time.advance(40_000);
  return session;
}

/** Time until a session sees that its link is dead, ms. */
function timeToNotice(bench: SessionBench, session: MqttSession): number {
  const { connects } = session.counters;
  const cut = bench.time.ticks();
  bench.network.link.silent = true;
  bench.until(() => session.state.kind !== "online" && session.counters.connects === connects);
  return bench.time.ticks() - cut;
}

for (const QoS of [1, 2] as const) {
  test(`a dead link is noticed within eight seconds with a reading a second, QoS ${QoS}`, () => {
    const bench = new SessionBench();
    const session = busy(bench, QoS);
    const time = timeToNotice(bench, session);
    assert.ok(time >= 5_000 && time <= 8_000, `${time} ms`);
    assert.equal(session.state.kind === "waiting" && session.state.reason, "mqtt/dead-link");
  });
}

test("on a slow link a dead one is noticed later: four times the longest round trip", () => {
  const bench = new SessionBench();
  bench.network.latency = 1_500;
  const time = timeToNotice(bench, busy(bench));
  assert.ok(time >= 12_000 && time <= 17_000, `${time} ms`);
});

test("a link on which everything takes six seconds is no dead one", () => {
  const bench = new SessionBench();
  bench.network.latency = 3_000;
  const session = bench.session({ birth: { topic: "s", payload: "online" } });
  session.start();
  bench.until(() => session.state.kind === "online");
  for (let i = 0; i < 60; i++) {
    session.publish("t", "x", { QoS: 1, policy: "drop-oldest" });
    bench.time.advance(1_000);
  }
  assert.equal(session.counters.connects, 1);
});

test("a broker that is slow to confirm but alive has its thirty seconds", () => {
  const bench = new SessionBench();
  const session = busy(bench);
  bench.broker.muted.add("PUBLISH");
  bench.time.advance(20_000);
  assert.equal(session.state.kind, "online");
  assert.ok(bench.broker.connection.types.includes("PINGREQ"), "it was asked");
  bench.until(() => session.state.kind !== "online");
  const { state } = session;
  assert.equal("reason" in state && state.reason, "mqtt/broker-deadline");
});

test("a link that is only slow for a while is not given up when something comes meanwhile", () => {
  const watch = new LinkWatch(30_000);
  watch.connected(50);
  assert.equal(watch.look(3_000, 1_000, 500), undefined);
  assert.equal(watch.look(4_000, 1_000, 500), "ask");
  assert.equal(watch.look(5_000, 1_000, 500), undefined, "once");
  assert.equal(watch.look(6_000, 1_000, 4_200), undefined, "it has answered");
  assert.equal(watch.look(8_000, 1_000, 4_200), "ask", "once more");
  assert.equal(watch.look(20_000, 1_000, 19_000), undefined);
  // The next question may take four times those 19 s, but not more than the deadline.
  assert.equal(watch.look(21_000, 20_500, 20_400), undefined);
  assert.equal(watch.look(49_000, 20_500, 20_400), undefined);
  assert.equal(watch.look(51_000, 20_500, 20_400), "mqtt/broker-deadline");
});

test("what another connection has taken says nothing of this one", () => {
  const watch = new LinkWatch(30_000);
  watch.connected(9_000);
  assert.equal(watch.look(6_500, 1_000, 500), undefined);
  watch.connected(50);
  assert.equal(watch.look(6_500, 1_000, 500), "mqtt/dead-link");
});

test("without keepalive, or with nothing on its way, nothing is called dead before its time", () => {
  const watch = new LinkWatch(30_000);
  watch.connected(50);
  assert.equal(watch.look(29_000, 1_000, undefined), undefined);
  assert.equal(watch.look(29_000, undefined, 0), undefined);
});
