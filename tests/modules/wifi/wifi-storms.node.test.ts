// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { seedCount } from "../../support/seeds.ts";
import { erraticStorm, networkStorm, storms } from "../../support/wifi-storm.ts";

const boards = seedCount(10_000);

test(`${boards} erratic radios: no tight loop, no wrong word, always back`, () => {
  const { connects, outages, resets, late } = storms(erraticStorm, 1_000, boards);
  process.stdout.write(
    `measured: ${boards} erratic radios, ${connects} attempts, ${outages} outages, ${resets} resets\n`,
  );
  assert.ok(connects > 5 * boards && outages > boards, `${connects} attempts, ${outages} outages`);
  assert.ok(resets > boards / 10 && late > boards / 10, `${resets} resets, ${late} late callbacks`);
});

test(`${boards} neighbourhoods whose networks come, go and change`, () => {
  const { connects, outages } = storms(networkStorm, 1_000, boards);
  process.stdout.write(
    `measured: ${boards} neighbourhoods, ${connects} attempts, ${outages} outages\n`,
  );
  assert.ok(
    connects > 10 * boards && outages > 2 * boards,
    `${connects} attempts, ${outages} outages`,
  );
});
