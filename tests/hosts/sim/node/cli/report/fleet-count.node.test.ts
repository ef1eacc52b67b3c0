// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { FleetCount } from "../../../../../../hosts/sim/node/cli/report/fleet-count.ts";
import type { BoardLine } from "../../../../../../hosts/sim/node/cli/screen/log-line.ts";

function line(event: string, data: Record<string, unknown> = {}): BoardLine {
  return { level: "info", part: "mqtt", event, text: "", ...data };
}

function bench() {
  const time = { now: 0 };
  const count = new FleetCount(() => time.now);
  count.begin();
  return {
    time,
    count,
    send: (payload: string, board = "a") =>
      count.takeLine(board, line("publish", { topic: `airpair/${board}/reading`, payload })),
  };
}

test("what was sent and not seen is lost, and what is seen once more is doubled", () => {
  const { count, send } = bench();
  for (const payload of ["1", "2", "3"]) send(payload);
  for (const payload of ["1", "3", "3"]) count.takeReading("a", payload);
  const { sent, arrived, lost, doubled } = count.totals;
  assert.deepEqual({ sent, arrived, lost, doubled }, { sent: 3, arrived: 2, lost: 1, doubled: 1 });
  assert.equal(count.isComplete, false);
});

test("two readings with the same values are two", () => {
  const { count, send, time } = bench();
  send("1");
  time.now = 10;
  send("1");
  time.now = 12;
  count.takeReading("a", "1");
  count.takeReading("a", "1");
  const { arrived, doubled, lost, longest } = count.totals;
  assert.deepEqual({ arrived, doubled, lost }, { arrived: 2, doubled: 0, lost: 0 });
  assert.equal(longest, 12);
  assert.equal(count.isComplete, true);
});

test("a reading of another board, of another fleet or of an earlier run is none of these", () => {
  const { count, send } = bench();
  send("1", "a");
  send("1", "b");
  count.takeReading("a", "1");
  count.takeReading("stranger", "1");
  count.takeReading("a", "of before");
  const { arrived, lost, doubled } = count.totals;
  assert.deepEqual({ arrived, lost, doubled }, { arrived: 1, lost: 1, doubled: 0 });
});

test("a reading that the board gives up itself is dropped, and not lost", () => {
  const { count, send } = bench();
  for (const payload of ["1", "2", "3"]) send(payload);
  count.takeReading("a", "3");
  count.takeLine("a", line("dropped", { count: 2 }));
  const { lost, dropped } = count.totals;
  assert.deepEqual({ lost, dropped }, { lost: 0, dropped: 2 });
});

test("what is sent after the end, or before somebody sees it, does not count, and is not doubled", () => {
  const count = new FleetCount(() => 0);
  const send = (payload: string) =>
    count.takeLine("a", line("publish", { topic: "airpair/a/reading", payload }));
  send("early");
  count.begin();
  count.takeReading("a", "early");
  send("counted");
  count.end();
  send("late");
  assert.equal(count.isComplete, false);
  count.takeReading("a", "counted");
  assert.equal(count.isComplete, true);
  count.takeReading("a", "late");
  const { sent, arrived, lost, doubled } = count.totals;
  assert.deepEqual({ sent, arrived, lost, doubled }, { sent: 1, arrived: 1, lost: 0, doubled: 0 });
});

test("the first connection of a board is none anew", () => {
  const { count } = bench();
  for (const board of ["a", "b", "a"]) count.takeLine(board, line("online"));
  assert.equal(count.totals.connected, 2);
  assert.equal(count.totals.reconnects, 1);
});
