// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { KeepAlive } from "../../../../modules/mqtt/client/keep-alive.ts";
import { pingrespBytes, publishBytes } from "../../../support/broker-packets.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { SessionBench } from "../../../support/session-bench.ts";

/** A keepalive of 10 s and the times at which it asked for something. */
function started() {
  const time = new FakeTime();
  const events: string[] = [];
  const keepAlive = new KeepAlive(
    { clock: time, timers: time, interval: 10_000 },
    {
      pingDue: () => events.push(`ping ${time.ticks()}`),
      linkDead: () => events.push(`dead ${time.ticks()}`),
    },
  );
  return { time, events, keepAlive };
}

test("an idle link is pinged after 3/4 of the interval and dead after 1.5 of it", () => {
  const { time, events } = started();
  time.advance(60_000);
  assert.deepEqual(events, ["ping 7500", "dead 15000"]);
  assert.equal(time.pending, 0);
});

test("while answers come there are only pings, each before the interval ends", () => {
  const { time, events, keepAlive } = started();
  for (let i = 0; i < 10; i++) {
    time.advance(7_500);
    keepAlive.alive();
  }
  assert.equal(events.length, 10);
  assert.ok(events.every((event) => event.startsWith("ping")));
});

test("who sends all the time and hears nothing pings, and finds the dead link in time", () => {
  const { time, events, keepAlive } = started();
  for (let i = 0; i < 200; i++) {
    time.advance(100);
    keepAlive.sent();
  }
  assert.deepEqual(events, ["ping 7500", "dead 15000"]);
});

test("who receives all the time and sends nothing pings within the interval", () => {
  const { time, events, keepAlive } = started();
  for (let i = 0; i < 200; i++) {
    time.advance(100);
    keepAlive.alive();
  }
  assert.deepEqual(events, ["ping 7500", "ping 15000"]);
});

test("while nothing is read there are pings but no dead link", () => {
  const { time, events, keepAlive } = started();
  keepAlive.hold(true);
  time.advance(40_000);
  assert.ok(events.every((event) => event.startsWith("ping")));
  keepAlive.hold(false);
  time.advance(14_999);
  assert.ok(!events.some((event) => event.startsWith("dead")));
  time.advance(1);
  assert.equal(events.at(-1), "dead 55000");
});

test("closing ends it", () => {
  const { time, events, keepAlive } = started();
  keepAlive.close();
  time.advance(60_000);
  assert.deepEqual(events, []);
});

for (const at of [0, 1, 20_000, 44_000, 59_999]) {
  test(`a link that dies ${at} ms after the last byte is found within 1.5 intervals of it`, () => {
    const bench = new SessionBench();
    const session = bench.online();
    const last = bench.time.ticks();
    bench.broker.send(pingrespBytes());
    bench.time.advance(Math.min(at, 40_000));
    bench.network.link.silent = true;
    bench.until(() => session.state.kind === "waiting");
    const { state } = session;
    assert.equal(state.kind === "waiting" && state.reason, "mqtt/dead-link");
    const lasted = bench.time.ticks() - last;
    assert.ok(lasted >= 80_000 && lasted <= 90_010, `${lasted} ms`);
  });
}

test("an idle connection lives by its pings", () => {
  const bench = new SessionBench();
  const session = bench.online();
  bench.time.advance(3_600_000);
  assert.equal(session.counters.connects, 1);
  const pings = bench.broker.packets.filter(({ type }) => type === "PINGREQ").length;
  assert.ok(pings >= 60 && pings <= 81, `${pings} pings in an hour`);
});

test("any byte that arrives is a sign of life, also half a packet", () => {
  const bench = new SessionBench();
  const session = bench.online();
  bench.broker.muted.add("PINGREQ");
  const bytes = publishBytes("t", { payload: "x".repeat(20) });
  for (const byte of bytes) {
    bench.broker.send(Uint8Array.of(byte));
    bench.time.advance(60_000);
  }
  assert.equal(session.counters.connects, 1);
});

test("a long message that goes out slowly is no dead link, and the ping comes behind it", () => {
  const bench = new SessionBench();
  bench.network.window = 32;
  bench.network.latency = 2_500;
  const session = bench.online({
    keepAlive: 20_000,
    limits: { sendBuffer: 128, brokerDeadline: 3_600_000 },
  });
  session.publish("t", "x".repeat(1_000), { QoS: 1 });
  bench.until(() => session.counters.delivered === 1);
  assert.ok(bench.time.ticks() > 100_000, "it takes several intervals");
  assert.equal(session.counters.connects, 1);
  bench.time.advance(40_000);
  assert.match(bench.broker.connection.types, /PUBLISH PINGREQ/);
});

test("a link that dies in the middle of a long message is found, too", () => {
  const bench = new SessionBench();
  bench.network.window = 100;
  const session = bench.online({ keepAlive: 20_000, limits: { sendBuffer: 128 } });
  session.publish("t", "x".repeat(1_000), { QoS: 1 });
  bench.time.advance(2);
  bench.network.link.silent = true;
  const start = bench.time.ticks();
  bench.until(() => session.state.kind === "waiting");
  assert.ok(bench.time.ticks() - start <= 30_000, `${bench.time.ticks() - start} ms`);
});

test("with keepalive 0 nothing is pinged", () => {
  const bench = new SessionBench();
  const session = bench.online({ keepAlive: 0 });
  bench.time.advance(3_600_000);
  assert.equal(bench.broker.connection.types, "CONNECT");
  assert.equal(bench.broker.connection.connect?.keepAliveSeconds, 0);
  assert.equal(session.state.kind, "online");
});
