// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { BrokerReport } from "../../../../modules/app/telemetry/broker-report.ts";
import { LogBook } from "../../../support/log-book.ts";
import { SessionBench } from "../../../support/session-bench.ts";

test("what the broker tells of itself is shown when it changes, and only what was asked for", () => {
  const bench = new SessionBench();
  const book = new LogBook();
  new BrokerReport(bench.online(), book.log);
  bench.time.advance(20);
  const tell = (topic: string, payload: string) => {
    bench.broker.publish(`$SYS/broker/${topic}`, { payload });
    bench.time.advance(20);
  };
  tell("clients/connected", "2");
  tell("clients/connected", "2");
  tell("clients/connected", "3");
  tell("clients/disconnected", "1");
  tell("clients/total", "4");
  tell("messages/sent", "120");
  tell("uptime", "35 seconds");
  tell("version", "mosquitto version 2");
  assert.deepEqual(
    book.lines.map(({ part, text }) => `${part} ${text}`),
    [
      "broker clients connected: 2",
      "broker clients connected: 3",
      "broker clients disconnected: 1",
      "broker clients total: 4",
      "broker messages sent: 120",
      "broker uptime: 35 seconds",
    ],
  );
});

test("a value cannot write to the terminal, or fill it", () => {
  const bench = new SessionBench();
  const book = new LogBook();
  new BrokerReport(bench.online(), book.log);
  bench.time.advance(20);
  const payload = `\u001b[2J\né${"x".repeat(500)}`;
  bench.broker.publish("$SYS/broker/uptime", { payload });
  bench.time.advance(20);
  assert.equal(book.lines[0]?.text, `uptime: .[2J...${"x".repeat(33)}`);
});
