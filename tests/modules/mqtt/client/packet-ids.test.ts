// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { PacketIds } from "../../../../modules/mqtt/client/packet-ids.ts";

test("ids are given out in turn, from 1 to 65,535 and again, never 0", () => {
  const ids = new PacketIds();
  const free = () => false;
  assert.equal(ids.next(free), 1);
  for (let i = 2; i <= 65_535; i++) {
    if (ids.next(free) !== i) assert.fail(`not ${i}`);
  }
  assert.equal(ids.next(free), 1);
});

test("ids in use are skipped, also at the end of the range", () => {
  const used = new Set([65_535, 1, 2]);
  const ids = new PacketIds(65_533);
  const isUsed = (id: number) => used.has(id);
  assert.equal(ids.next(isUsed), 65_534);
  assert.equal(ids.next(isUsed), 3);
});

test("when all are in use there is none", () => {
  assert.equal(
    new PacketIds(7).next(() => true),
    undefined,
  );
});
