// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { encodeHealth } from "../../../../modules/app/telemetry/health-json.ts";
import { HealthReport } from "../../../../modules/app/telemetry/health-report.ts";
import { SessionCounters } from "../../../../modules/mqtt/counters.ts";
import { SessionBench } from "../../../support/session-bench.ts";

function build(interval = 900_000) {
  const bench = new SessionBench();
  const session = bench.session();
  let count = 0;
  new HealthReport({
    session,
    clock: bench.time,
    timers: bench.time,
    log: bench.book.log,
    topic: "h",
    interval,
    QoS: 1,
    health: { encode: () => `report ${++count}` },
  });
  return { bench, session };
}

test("a report goes out soon after each connect, and then each interval", () => {
  const { bench, session } = build();
  session.start();
  bench.until(() => session.state.kind === "online");
  bench.time.advance(5_100);
  assert.deepEqual(bench.broker.payloads("h"), ["report 1"]);
  bench.time.advance(890_000);
  assert.deepEqual(bench.broker.payloads("h"), ["report 1"]);
  bench.time.advance(10_100);
  assert.deepEqual(bench.broker.payloads("h"), ["report 1", "report 2"]);
  bench.network.link.cut();
  bench.until(() => session.counters.connects === 2);
  bench.time.advance(5_100);
  assert.deepEqual(bench.broker.payloads("h"), ["report 1", "report 2", "report 3"]);
});

test("nothing waits for the broker: without a connection there is no report", () => {
  const { bench, session } = build();
  bench.time.advance(3_600_000);
  assert.equal(session.outgoing, 0);
  session.start();
  bench.until(() => session.state.kind === "online");
  bench.time.advance(5_100);
  assert.deepEqual(bench.broker.payloads("h"), ["report 1"]);
});

test("a report that cannot be published is told, and the next one comes all the same", () => {
  const bench = new SessionBench();
  const session = bench.online();
  let fails = true;
  new HealthReport({
    session: {
      state: session.state,
      publish: (...args) => {
        if (fails) throw new Error("no room");
        return session.publish(...args);
      },
    },
    clock: bench.time,
    timers: bench.time,
    log: bench.book.log,
    topic: "h",
    interval: 60_000,
    QoS: 0,
    health: { encode: () => "x" },
  });
  bench.time.advance(5_100);
  assert.match(bench.book.text, /warn no room/);
  fails = false;
  bench.time.advance(60_100);
  assert.deepEqual(bench.broker.payloads("h"), ["x"]);
});

test("a report has what is known of memory, Wi-Fi and MQTT, times in seconds, no counter that is 0", () => {
  const mqtt = Object.assign(new SessionCounters(), { connects: 2, sent: 7 });
  const facts = { version: "1.2.3", ticks: 61_900, mqtt, readings: 60, linesLost: 0 };
  const memory = { slots: 3_100, slotLimit: 4_928, chunks: 40_000, free: undefined };
  const online = encodeHealth("office", {
    ...facts,
    memory,
    longestTurn: 4.2,
    reset: "task watchdog",
    wifi: {
      state: "online",
      SSID: "lab",
      RSSI: -61,
      channel: 6,
      address: "10.0.0.7",
      uptime: 4_200,
      reconnects: 1,
      failures: 0,
      lastReason: "lost",
      resets: 0,
      reboots: { count: 3, reason: "no-address", minutes: 30, isNew: false },
    },
  });
  assert.deepEqual(JSON.parse(online), {
    office: {
      version: "1.2.3",
      up: 61,
      reset: "task watchdog",
      readings: 60,
      memory: { slots: 3_100, slotLimit: 4_928, chunks: 40_000 },
      longestTurn: 5,
      wifi: {
        SSID: "lab",
        RSSI: -61,
        channel: 6,
        address: "10.0.0.7",
        up: 4,
        reconnects: 1,
        resets: 0,
        lastReason: "lost",
        reboots: 3,
        rebootReason: "no-address",
      },
      mqtt: { connects: 2, sent: 7 },
    },
  });
  const offline = encodeHealth("office", {
    ...facts,
    linesLost: 4,
    memory: undefined,
    longestTurn: undefined,
    reset: undefined,
    wifi: { state: "off", reconnects: 0, failures: 0, resets: 0 },
  });
  const { wifi, linesLost } = JSON.parse(offline).office;
  assert.deepEqual([wifi, linesLost], [{ reconnects: 0, resets: 0 }, 4]);
});
