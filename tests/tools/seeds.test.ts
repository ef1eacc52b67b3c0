// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { seedCount } from "../support/seeds.ts";

const isCI = process.env.CI !== undefined;

test("CI runs every seed, a developer's machine a tenth of them and at least one", () => {
  assert.deepEqual([1, 7, 10, 2_000].map(seedCount), isCI ? [1, 7, 10, 2_000] : [1, 1, 1, 200]);
});
