// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  type AirRange,
  encodeThresholds,
  rangeOf,
  thresholdsFault,
} from "../../../../drivers/ccs811/encoding/thresholds.ts";
import { hexOf } from "../../../support/hex.ts";

const standard = { lowToMedium: 1_500, mediumToHigh: 2_500 };

test("firmware 2 takes four bytes, firmware 1 five with the hysteresis", () => {
  assert.equal(hexOf(encodeThresholds(standard, 0x2000)), "05 DC 09 C4");
  assert.equal(hexOf(encodeThresholds(standard, 0x1100)), "05 DC 09 C4 32");
  assert.equal(hexOf(encodeThresholds({ ...standard, hysteresis: 5 }, 0x1100)), "05 DC 09 C4 05");
});

test("borders that can not be are refused in words", () => {
  assert.equal(thresholdsFault(standard), undefined);
  assert.equal(thresholdsFault({ lowToMedium: 0, mediumToHigh: 65_535, hysteresis: 0 }), undefined);
  assert.match(thresholdsFault({ lowToMedium: 1_500, mediumToHigh: 1_500 }) ?? "", /not below/);
  assert.match(thresholdsFault({ lowToMedium: -1, mediumToHigh: 5 }) ?? "", /lowToMedium/);
  assert.match(thresholdsFault({ lowToMedium: 1, mediumToHigh: 65_536 }) ?? "", /mediumToHigh/);
  assert.match(thresholdsFault({ lowToMedium: 1.5, mediumToHigh: 5 }) ?? "", /1\.5/);
  assert.match(thresholdsFault({ ...standard, hysteresis: 256 }) ?? "", /hysteresis/);
  assert.match(thresholdsFault({ ...standard, hysteresis: Number.NaN }) ?? "", /hysteresis/);
});

const ways: readonly (readonly [from: AirRange, CO2: number, to: AirRange])[] = [
  ["low", 1_500, "low"],
  ["low", 1_550, "low"],
  ["low", 1_551, "medium"],
  ["low", 2_550, "medium"],
  ["low", 2_551, "high"],
  ["medium", 1_450, "medium"],
  ["medium", 1_449, "low"],
  ["medium", 2_550, "medium"],
  ["medium", 2_551, "high"],
  ["high", 2_450, "high"],
  ["high", 2_449, "medium"],
  ["high", 1_449, "low"],
];

for (const [from, CO2, to] of ways) {
  test(`from ${from}, ${CO2} ppm is ${to}`, () => {
    assert.equal(rangeOf(CO2, standard, from), to);
  });
}
