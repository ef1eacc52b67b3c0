// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { PairReport } from "../../../../modules/app/telemetry/pair-report.ts";
import type { PeerView } from "../../../../modules/pairing/peers.ts";
import { SessionBench } from "../../../support/session-bench.ts";

function build() {
  const bench = new SessionBench();
  const session = bench.session();
  const pairs: { peers: PeerView[] } = { peers: [] };
  const { time } = bench;
  const log = bench.book.log;
  new PairReport({ session, pairs, clock: time, timers: time, log, topic: "p", name: "office" });
  return { bench, session, pairs };
}

test("a board tells its pairs soon after a connect and a change, and else each 30 s", () => {
  const { bench, session, pairs } = build();
  bench.time.advance(60_000);
  assert.equal(session.outgoing, 0);
  session.start();
  bench.until(() => session.state.kind === "online");
  bench.time.advance(5_100);
  assert.deepEqual(bench.broker.payloads("p"), ['{"office":{"pairs":[]}}']);
  const heardAt = bench.time.ticks() - 2_000;
  pairs.peers = [{ name: "hall", isHere: true, heardAt }];
  bench.time.advance(5_000);
  assert.equal(
    bench.broker.payloads("p").at(-1),
    '{"office":{"pairs":[{"id":"hall","here":true,"heard":6}]}}',
  );
  bench.time.advance(20_000);
  assert.equal(bench.broker.payloads("p").length, 2);
  bench.time.advance(10_000);
  assert.equal(bench.broker.payloads("p").length, 3);
  pairs.peers = [{ name: "hall", isHere: false, heardAt: undefined }];
  bench.time.advance(5_000);
  assert.equal(
    bench.broker.payloads("p").at(-1),
    '{"office":{"pairs":[{"id":"hall","here":false}]}}',
  );
  bench.network.link.cut();
  bench.until(() => session.counters.connects === 2);
  bench.time.advance(5_100);
  assert.equal(bench.broker.payloads("p").length, 5);
});

test("nothing of the pairs stays with the broker", () => {
  const { bench, session } = build();
  session.start();
  bench.until(() => session.state.kind === "online");
  bench.time.advance(5_100);
  const [told] = bench.broker.arrived.filter(({ topic }) => topic === "p");
  assert.equal(told?.retain, false);
});
