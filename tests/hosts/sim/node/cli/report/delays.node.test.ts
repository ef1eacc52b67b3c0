// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Delays } from "../../../../../../hosts/sim/node/cli/report/delays.ts";

test("median and 99 % of delays are at most two percent too long, and none is longer than the longest", () => {
  const delays = new Delays();
  for (let ms = 1; ms <= 10_000; ms++) delays.add(ms);
  for (const [part, exact] of [
    [0.5, 5_000],
    [0.99, 9_900],
    [1, 10_000],
  ] as const) {
    const found = delays.within(part) ?? 0;
    assert.ok(found >= exact && found <= exact * 1.02, `${part}: ${found}`);
  }
  assert.equal(delays.within(1), 10_000);
  assert.equal(delays.longest, 10_000);
});

test("without a delay there is nothing to say, and one that took no time counts", () => {
  const delays = new Delays();
  assert.equal(delays.within(0.5), undefined);
  assert.equal(delays.longest, undefined);
  delays.add(0);
  assert.equal(delays.within(0.5), 0);
});
