// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { compareAll, compareRandom } from "../../../support/reference-match.ts";

test("matches and subscriptions agree with the rules for every filter up to five characters and topic", () => {
  const { filters, topics, hits } = compareAll({ filter: 5, topic: 4 });
  assert.ok(filters > 150 && topics > 300 && hits > 1000);
});

test("agrees with the rules while very many random filters come and go", () => {
  for (let seed = 0; seed < 20; seed++) compareRandom(seed, 300);
});
