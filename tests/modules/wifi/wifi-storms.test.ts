// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { erraticStorm, networkStorm, storms } from "../../support/wifi-storm.ts";

test("events that are late, missing, repeated or contradictory do no harm", () => {
  const { connects, outages, resets, late } = storms(erraticStorm, 1, 100);
  assert.ok(connects > 500 && outages > 100, `${connects} attempts, ${outages} outages`);
  assert.ok(resets > 10 && late > 10, `${resets} resets, ${late} late callbacks`);
});

test("networks that come, go and change: the radio rests, and the board comes back", () => {
  const { connects, outages } = storms(networkStorm, 1, 50);
  assert.ok(connects > 500 && outages > 100, `${connects} attempts, ${outages} outages`);
});
