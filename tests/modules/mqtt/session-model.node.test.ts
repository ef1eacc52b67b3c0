// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { runDelivery } from "../../support/delivery-model.ts";
import { seedCount } from "../../support/seeds.ts";

// AIRPAIR_SEEDS=20000 AIRPAIR_FIRST_SEED=5000 for a long run with other seeds.
const seeds = Number(process.env.AIRPAIR_SEEDS ?? seedCount(2_000));
const first = Number(process.env.AIRPAIR_FIRST_SEED ?? 1_000);

test(`${seeds} seeds: nothing is lost, doubled or reordered while the broker keeps the session`, () => {
  let connections = 0;
  for (let seed = first; seed < first + seeds; seed++) connections += runDelivery(seed);
  process.stdout.write(`measured: ${seeds} seeds, ${connections} connections, nothing lost\n`);
  assert.ok(connections > seeds);
});

test(`${seeds / 2} seeds: no message of ours is lost when the broker loses sessions`, () => {
  for (let seed = first; seed < first + seeds / 2; seed++) runDelivery(seed, true);
});
