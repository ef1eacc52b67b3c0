// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { TimeJudge } from "../../../modules/time/time-judge.ts";

const noon = Date.UTC(2026, 10, 24, 12);
const hour = 3_600_000;

test("a clock that has not been set takes any time since this firmware exists", () => {
  const judge = new TimeJudge();
  assert.equal(judge.objection(noon, undefined, 0), undefined);
  assert.equal(judge.objection(Date.UTC(2026, 0, 1), undefined, 0), undefined);
  assert.match(judge.objection(Date.UTC(2025, 11, 31), undefined, 0) ?? "", /before this firmware/);
  assert.match(judge.objection(Number.NEGATIVE_INFINITY, undefined, 0) ?? "", /before/);
});

test("a set clock moves by up to a minute at once, and by more only after a second opinion", () => {
  const judge = new TimeJudge();
  for (const step of [60_000, -60_000, 0]) {
    assert.equal(judge.objection(noon + step, noon, 0), undefined);
  }
  assert.match(judge.objection(noon + 60_001, noon, 0) ?? "", /by 60 s/);
  assert.equal(judge.objection(noon + 65_001, noon + 5_000, 5_000), undefined);
});

test("a second opinion is the very next answer; one that agrees with the clock ends the doubt", () => {
  const judge = new TimeJudge();
  assert.match(judge.objection(noon + hour, noon, 0) ?? "", /second opinion/);
  assert.equal(judge.objection(noon, noon, 0), undefined);
  assert.match(judge.objection(noon + hour, noon, 0) ?? "", /second opinion/);
});

test("a second opinion that is another surprise starts the doubt anew", () => {
  const judge = new TimeJudge();
  for (const step of [1, 2, 1, 2]) {
    assert.match(judge.objection(noon + step * hour, noon, 0) ?? "", /second opinion/);
  }
  assert.equal(judge.objection(noon + 2 * hour + 4_000, noon, 0), undefined);
});
