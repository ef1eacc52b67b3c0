// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { Reading } from "../../../modules/air-quality/reading.ts";
import { ReadingPublisher } from "../../../modules/app/reading-publisher.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { LogBook } from "../../support/log-book.ts";
import { SessionBench } from "../../support/session-bench.ts";

const values: Omit<Reading, "ticks"> = {
  co2: 412,
  voc: 30,
  pressure: undefined,
  pressureTemperature: undefined,
  temperature: undefined,
  humidityPercent: undefined,
};
const noon = Date.UTC(2026, 0, 2, 12);

function build(isClockSet: boolean) {
  const bench = new SessionBench();
  const session = bench.session();
  if (isClockSet) bench.time.set(noon);
  const publisher = new ReadingPublisher({
    port: session,
    log: bench.book.log,
    clock: bench.time,
    topic: "reading",
    name: "hall",
    QoS: 1,
  });
  const publish = () => publisher.publish({ ...values, ticks: bench.time.ticks() });
  return { bench, session, publisher, publish };
}

test("a reading that goes out at once has values only, one that waits has its time", () => {
  const { bench, session, publish } = build(true);
  publish();
  bench.time.advance(90_000);
  publish();
  session.start();
  bench.until(() => session.counters.delivered === 2);
  publish();
  bench.until(() => session.counters.delivered === 3);
  assert.deepEqual(bench.broker.payloads("reading"), [
    '{"hall":{"co2":412,"voc":30,"time":"2026-01-02T12:00:00.000Z"}}',
    '{"hall":{"co2":412,"voc":30,"time":"2026-01-02T12:01:30.000Z"}}',
    '{"hall":{"co2":412,"voc":30}}',
  ]);
});

test("without a clock a reading has no time, because a wrong one is worse", () => {
  const { bench, session, publish } = build(false);
  publish();
  session.start();
  bench.until(() => session.counters.delivered === 1);
  assert.deepEqual(bench.broker.payloads("reading"), ['{"hall":{"co2":412,"voc":30}}']);
});

test("without a broker readings are only shown", () => {
  const book = new LogBook();
  const options = { log: book.log, clock: new FakeTime(), topic: "reading", name: "a" };
  const publisher = new ReadingPublisher({ ...options, port: undefined, QoS: 1 });
  publisher.publish({ ...values, ticks: 5 });
  assert.deepEqual(book.events, ["reading/reading"]);
  assert.equal(publisher.published, 0);
  assert.equal(publisher.last?.co2, 412);
});

test("a reading that is refused is told, and the next one is tried", () => {
  const book = new LogBook();
  let calls = 0;
  const port = {
    publish: () => {
      calls++;
      throw new Error("no room");
    },
    subscribe() {},
  };
  const options = { log: book.log, clock: new FakeTime(), topic: "reading", name: "a" };
  const publisher = new ReadingPublisher({ ...options, port, QoS: 1 });
  publisher.publish({ ...values, ticks: 5 });
  publisher.publish({ ...values, ticks: 6 });
  assert.equal(calls, 2);
  assert.equal(publisher.published, 0);
  assert.match(book.text, /warn no room/);
});
