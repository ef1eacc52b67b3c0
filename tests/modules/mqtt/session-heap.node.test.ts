// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { bundleCountedSession } from "../../../tools/bench/counted-session.ts";
import {
  countMessages,
  directions,
  type HeapGrowth,
  levels,
  measureGrowth,
} from "../../../tools/bench/counts.ts";

/** Messages of each kind; `npm run bench` sends ten times as many. */
const messages = 10_000;
const source = bundleCountedSession();

for (const direction of directions) {
  test(`${messages} messages of each QoS leave the slots of XS as they were: ${direction}`, async () => {
    for (const QoS of levels) {
      const growth: HeapGrowth = await measureGrowth(await source, { direction, QoS, messages });
      assert.ok(growth.before > 0);
      assert.equal(growth.after - growth.before, 0, `QoS ${QoS}`);
    }
  });
}

test("what a message costs on XS repeats exactly", async () => {
  for (const direction of directions) {
    const runs = [
      await countMessages(await source, direction, 1),
      await countMessages(await source, direction, 1),
    ];
    assert.ok((runs[0]?.compute ?? 0) > 0 && (runs[0]?.inFlight ?? 0) > 0);
    assert.deepEqual(runs[0], runs[1]);
  }
});

test("a published message keeps few slots while it waits and while it is on its way", async () => {
  const { waiting, inFlight, allocated } = await countMessages(await source, "publish", 1);
  process.stdout.write(
    `measured: a QoS 1 message keeps ${waiting} slots waiting, ${inFlight} on its way, and allocates ${allocated}\n`,
  );
  // Of 60 in the outbox, the one in front and those on their way are objects: a board has 4,096 slots.
  assert.ok((waiting ?? 99) <= 2 && (inFlight ?? 99) <= 30);
});
