// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { reportText } from "../../../../../../hosts/sim/node/cli/report/fleet-report.ts";

const totals = {
  connected: 999,
  sent: 12_345,
  arrived: 12_340,
  lost: 2,
  doubled: 1,
  dropped: 3,
  reconnects: 1_004,
  median: 1.26,
  most: 45.2,
  longest: 61_200,
};
const facts = { boards: 1_000, seconds: 120.4, whyNot: undefined };

test("the report says what became of the readings, and how long they took", () => {
  assert.deepEqual(reportText(totals, facts), [
    "Report of 120 s: 999 of 1,000 boards have connected",
    "messages     12,345 readings sent, 12,340 arrived",
    "delay        median 1.3 ms, 99 % within 45 ms, longest 61.2 s",
    "reconnects   1,004",
    "lost         2",
    "doubled      1",
    "dropped      3, by boards that had more waiting than mqtt.outbox keeps",
  ]);
});

test("it does not say that nothing was lost when nobody has looked", () => {
  assert.deepEqual(reportText(totals, { ...facts, whyNot: "connect ECONNREFUSED" }), [
    "Report of 120 s: 999 of 1,000 boards have connected",
    "reconnects   1,004",
    "messages     not counted: connect ECONNREFUSED",
  ]);
});

test("delays of which there are none are a dash", () => {
  const none = { ...totals, arrived: 0, median: undefined, most: undefined, longest: undefined };
  assert.equal(reportText(none, facts)[2], "delay        median –, 99 % within –, longest –");
});
