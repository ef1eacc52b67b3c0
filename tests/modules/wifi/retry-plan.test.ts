// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { minPause, Recovery, RetryPause } from "../../../modules/wifi/retry-plan.ts";
import { seededRandom } from "../../support/random.ts";

const minute = 60_000;

test("the least pause doubles up to fifteen seconds, and jitter comes on top", () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 60].map(minPause),
    [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000],
  );
  const pause = new RetryPause(seededRandom(1));
  for (let failures = 1; failures <= 40; failures++) {
    const delay = pause.next();
    const most = minPause(failures) + Math.min(60_000, 1_000 * 2 ** (failures - 1));
    assert.ok(delay >= minPause(failures) && delay <= most, `${failures}: ${delay} ms`);
  }
  pause.reset();
  assert.equal(pause.failures, 0);
  assert.ok(pause.next() <= 1_500);
});

test("every eighth failure in a row resets the radio; a connection that held counts anew", () => {
  const recovery = new Recovery(0);
  const steps = Array.from({ length: 16 }, (_, n) => recovery.failed("lost", n * minute));
  assert.deepEqual(
    steps.map((step, n) => (step === "none" ? 0 : n + 1)).filter((n) => n > 0),
    [8, 16],
  );
  for (let n = 0; n < 7; n++) recovery.failed("lost", 0);
  recovery.held();
  assert.equal(recovery.failed("lost", 0), "none");
  assert.equal(recovery.resets, 2);
});

test("the board is started again only when allowed, after its time, and never before a reset", () => {
  const recovery = new Recovery(30 * minute);
  const steps: string[] = [];
  for (let n = 0; n < 40; n++) steps.push(recovery.failed("no-address", n * minute));
  assert.equal(steps.indexOf("reset"), 7);
  assert.equal(steps.indexOf("reboot"), 30);
  const early = new Recovery(1);
  for (let n = 0; n < 7; n++) assert.equal(early.failed("lost", n * minute), "none");
  const never = new Recovery(0);
  for (let n = 0; n < 10_000; n++) assert.notEqual(never.failed("lost", n * minute), "reboot");
});

test("a wrong password is no reason to start again", () => {
  const recovery = new Recovery(minute);
  for (let n = 0; n < 100; n++) assert.equal(recovery.failed("password", n * minute), "none");
});

test("a silent network counts as three failures, because it has cost minutes", () => {
  const recovery = new Recovery(0);
  const steps = Array.from({ length: 8 }, (_, n) => recovery.failed("silent", n * minute));
  assert.deepEqual(
    steps.map((step, n) => (step === "none" ? 0 : n + 1)).filter((n) => n > 0),
    [3, 6, 8],
  );
});
