// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { saveInterval } from "../../../modules/air-quality/baseline-cadence.ts";

const hour = 3_600_000;

test("saves the first baseline after an hour, then daily, and every six days after 500 hours", () => {
  const cases: [boolean, number, number][] = [
    [false, 0, 1],
    [false, 501 * 60, 1],
    [true, 0, 24],
    [true, 500 * 60 - 1, 24],
    [true, 500 * 60, 144],
    [true, 50_000 * 60, 144],
  ];
  for (const [hasRecord, minutes, hours] of cases) {
    assert.equal(saveInterval(hasRecord, minutes), hours * hour, `${hasRecord} ${minutes}`);
  }
});
