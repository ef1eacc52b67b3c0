// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { erraticStorm, networkStorm, storms } from "../../support/wifi-storm.ts";

test("ten thousand erratic radios: no tight loop, no wrong word, always back", () => {
  const { connects, outages, resets, late } = storms(erraticStorm, 1_000, 10_000);
  process.stdout.write(
    `measured: 10000 erratic radios, ${connects} attempts, ${outages} outages, ${resets} resets\n`,
  );
  assert.ok(connects > 50_000 && outages > 10_000, `${connects} attempts, ${outages} outages`);
  assert.ok(resets > 1_000 && late > 1_000, `${resets} resets, ${late} late callbacks`);
});

test("ten thousand neighbourhoods whose networks come, go and change", () => {
  const { connects, outages } = storms(networkStorm, 1_000, 10_000);
  process.stdout.write(
    `measured: 10000 neighbourhoods, ${connects} attempts, ${outages} outages\n`,
  );
  assert.ok(connects > 100_000 && outages > 20_000, `${connects} attempts, ${outages} outages`);
});
