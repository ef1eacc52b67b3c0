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
  let givenUp = 0;
  for (let seed = first; seed < first + seeds; seed++) {
    const run = runDelivery(seed);
    connections += run.connections;
    givenUp += run.givenUp;
  }
  process.stdout.write(
    `measured: ${seeds} seeds, ${connections} connections, nothing lost, ${givenUp} given up\n`,
  );
  assert.ok(connections > seeds);
  assert.ok(givenUp <= 1 + seeds / 200, `${givenUp} given up`);
});

test(`${seeds / 2} seeds: no message of ours is lost when the broker loses sessions`, () => {
  for (let seed = first; seed < first + seeds / 2; seed++) runDelivery(seed, { forgets: true });
});

test(`${seeds / 4} seeds: a broker that closes at some messages costs those and no other`, () => {
  for (let seed = first; seed < first + seeds / 4; seed++) {
    runDelivery(seed, { forbids: true, forgets: seed % 2 === 0 });
  }
});
