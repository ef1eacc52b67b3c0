// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { churn, compareAll } from "../../../support/reference-match.ts";

test("matches and tree agree with the rules for every short filter and topic", () => {
  const { filters, topics, hits } = compareAll({ filter: 3, topic: 3 });
  assert.ok(filters > 50 && topics > 80 && hits > 200);
});

test("agrees with the rules while random filters come and go", () => {
  churn(7, 80);
});
