// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { Reading } from "../../../../modules/air-quality/reading.ts";
import { decodeReading } from "../../../../modules/air-quality/reading-json.ts";
import { ReadingLog } from "../../../../modules/app/telemetry/reading-log.ts";
import {
  ReadingPublisher,
  type ReadingPublisherOptions,
} from "../../../../modules/app/telemetry/reading-publisher.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { LogBook } from "../../../support/log-book.ts";
import { SessionBench } from "../../../support/session-bench.ts";

const sensor = {
  state: { kind: "ready" },
  minutesLeft: undefined,
  mode: 1,
  hardwareVersion: 0x12,
  bootVersion: 0x1000,
  applicationVersion: 0x2000,
};
const limits = {
  interval: 1_000,
  floor: 1_000,
  co2: 0,
  voc: 0,
  temperature: 0,
  humidity: 0,
};

const nothing: Omit<Reading, "ticks"> = {
  co2: undefined,
  voc: undefined,
  pressure: undefined,
  pressureTemperature: undefined,
  temperature: undefined,
  humidityPercent: undefined,
  gas: undefined,
};

function build(options: Partial<ReadingPublisherOptions> = {}, line = { behind: false }) {
  const time = new FakeTime();
  const book = new LogBook();
  const sent: { topic: string; payload: string; policy: string | undefined }[] = [];
  const shown = new ReadingLog(book.log);
  const publisher = new ReadingPublisher({
    peers: undefined,
    isPlain: true,
    pubSub: {
      get behind() {
        return line.behind;
      },
      publish: (topic, payload, { policy }) => sent.push({ topic, payload, policy }),
      subscribe: () => ({ close: () => {} }),
    },
    log: book.log,
    clock: time,
    topic: "r",
    name: "office_sensor",
    QoS: 1,
    limits,
    station: { interval: 1_000 },
    gas: { sensor, trouble: undefined },
    settings: { get: () => 0 },
    extendedTopic: undefined,
    ...options,
  });
  const read = (co2: number, ticks = time.ticks()) => {
    const gas = { marks: [], current: 12, voltage: 1.1 };
    const reading = { ...nothing, co2, voc: 30, gas, ticks };
    // As the station does: each of them in a turn of its own.
    shown.onReading(reading);
    publisher.onReading(reading);
  };
  return { time, book, sent, publisher, read };
}

test("each second's reading is shown and published as the plain JSON of the readings", () => {
  const { time, book, sent, publisher, read } = build();
  for (let i = 0; i < 3; i++) {
    read(412 + i);
    time.advance(1_000);
  }
  assert.deepEqual(
    sent.map(({ topic, payload }) => `${topic} ${payload}`),
    [412, 413, 414].map((co2) => `r {"office_sensor":{"co2":${co2},"voc":30}}`),
  );
  assert.equal(publisher.published, 3);
  assert.equal(publisher.last?.co2, 414);
  assert.deepEqual(
    book.events,
    [0, 1, 2].flatMap(() => ["reading/reading", "mqtt/publish"]),
  );
});

test("a reading that is not worth publishing is shown all the same", () => {
  const { time, book, sent, read } = build({ limits: { ...limits, interval: 10_000, co2: 100 } });
  for (let i = 0; i < 21; i++) {
    read(i === 4 ? 700 : 412);
    time.advance(1_000);
  }
  assert.equal(book.events.filter((event) => event === "reading/reading").length, 21);
  assert.deepEqual(
    sent.map(({ payload }) => JSON.parse(payload).office_sensor.co2),
    [412, 700, 412, 412],
  );
});

test("a reading that has to wait carries the time of its measurement", () => {
  const line = { behind: true };
  const { time, sent, read } = build({}, line);
  read(400);
  time.advance(5_000);
  time.set(1_700_000_000_000);
  read(401, time.ticks() - 250);
  line.behind = false;
  time.advance(1_000);
  read(402);
  const decoded = sent.map(({ payload }) => JSON.parse(payload).office_sensor);
  assert.deepEqual(decoded, [
    { co2: 400, voc: 30 },
    { co2: 401, voc: 30, time: "2023-11-14T22:13:19.750Z" },
    { co2: 402, voc: 30 },
  ]);
  assert.deepEqual(decodeReading(sent[1]?.payload ?? ""), {
    name: "office_sensor",
    time: 1_699_999_999_750,
    values: { co2: 401, voc: 30 },
  });
});

test("a reading that has to wait for the broker is shown as waiting", () => {
  const line = { behind: true };
  const { time, book, read } = build({}, line);
  read(412);
  line.behind = false;
  time.advance(1_000);
  read(413);
  const texts = book.lines.filter(({ part }) => part === "mqtt").map(({ text }) => text);
  assert.match(texts[0] ?? "", /^waiting to publish r \{.*412/);
  assert.match(texts[1] ?? "", /^publish r \{.*413/);
});

test("readings that a session has kept for later have their time, the next one has none", () => {
  const bench = new SessionBench();
  const session = bench.session();
  bench.time.set(Date.UTC(2026, 0, 2, 12));
  const { publisher } = build({ pubSub: session, clock: bench.time, topic: "reading" });
  const read = () => publisher.onReading({ ...nothing, co2: 412, ticks: bench.time.ticks() });
  read();
  bench.time.advance(90_000);
  read();
  session.start();
  bench.until(() => session.counters.delivered === 2);
  bench.time.advance(1_000);
  read();
  bench.until(() => session.counters.delivered === 3);
  assert.deepEqual(bench.broker.payloads("reading"), [
    '{"office_sensor":{"co2":412,"time":"2026-01-02T12:00:00.000Z"}}',
    '{"office_sensor":{"co2":412,"time":"2026-01-02T12:01:30.000Z"}}',
    '{"office_sensor":{"co2":412}}',
  ]);
});

test("the extended reading goes beside the plain one, and takes no room while it waits", () => {
  const { time, sent, publisher, read } = build({ extendedTopic: "e" });
  time.set(1_700_000_000_000);
  read(412);
  assert.deepEqual(
    sent.map(({ topic, policy }) => `${topic} ${policy}`),
    ["r drop-oldest", "e latest"],
  );
  assert.equal(sent[0]?.payload, '{"office_sensor":{"co2":412,"voc":30}}');
  assert.match(
    sent[1]?.payload ?? "",
    /"state":"ready","co2":412,"voc":30,"air":"excellent","air index":1,"marks":\[\]/,
  );
  assert.equal(publisher.published, 1);
});

test("a pubSub that refuses is told, and the next reading is tried", () => {
  const { time, book, publisher, read } = build({
    pubSub: {
      publish: () => {
        throw new Error("too large");
      },
      subscribe: () => ({ close: () => {} }),
    },
  });
  read(412);
  time.advance(1_000);
  read(413);
  assert.equal(publisher.published, 0);
  assert.equal(book.events.filter((event) => event === "mqtt/refused").length, 2);
});

test("without a broker readings are only shown", () => {
  const { book, publisher, read } = build({ pubSub: undefined });
  read(412);
  assert.deepEqual(book.events, ["reading/reading"]);
  assert.equal(publisher.published, 0);
});

test("a reading without any value is not published, but its marks are", () => {
  const { sent, publisher } = build({ extendedTopic: "x" });
  const gas = { marks: ["warming"], current: 12, voltage: 1.1 };
  publisher.onReading({ ...nothing, gas, ticks: 0 });
  assert.deepEqual(
    sent.map(({ topic }) => topic),
    ["x"],
  );
  assert.match(sent[0]?.payload ?? "", /"marks":\["warming"\]/);
  assert.equal(publisher.published, 0);
});
