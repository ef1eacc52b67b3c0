// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { checkThresholds, parseThresholds } from "../../../modules/air-quality/gas-thresholds.ts";

test("thresholds are two numbers and perhaps a hysteresis", () => {
  const borders = { lowToMedium: 1_000, mediumToHigh: 2_000 };
  assert.deepEqual(parseThresholds("1000,2000"), borders);
  assert.deepEqual(parseThresholds("1000, 2000, 0"), { ...borders, hysteresis: 0 });
  assert.deepEqual(parseThresholds("400,64000,255"), {
    lowToMedium: 400,
    mediumToHigh: 64_000,
    hysteresis: 255,
  });
  for (const text of ["", "1000", "2000,1000", "399,1000", "1000,2000,256", " 1000,2000"]) {
    assert.equal(parseThresholds(text), undefined, text);
  }
});

test("a text that is none is told what thresholds look like, and an empty one will do", () => {
  assert.equal(checkThresholds(""), undefined);
  assert.equal(checkThresholds("1000,2000,50"), undefined);
  assert.match(checkThresholds("1000") ?? "", /^takes two numbers .* such as 1000,2000,50$/);
});
