// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { CloudRetry } from "../../../modules/cloud/cloud-retry.ts";
import { seededRandom } from "../../support/random.ts";

test("no attempt comes sooner than the platform allows, whatever has happened", () => {
  const retry = new CloudRetry(15_000, seededRandom(1));
  for (let i = 0; i < 200; i++) {
    const waits = [retry.failed("mqtt/tcp-failed"), retry.kicked(), retry.lost()];
    for (const wait of waits) assert.ok(wait >= 15_000 && wait <= 315_000, String(wait));
    if (i % 7 === 0) retry.reset();
  }
});

test("waits grow with each failure, up to a bound, and begin anew after a stable connection", () => {
  const retry = new CloudRetry(1_000, () => 0.999);
  const waits = Array.from({ length: 20 }, () => retry.failed("mqtt/tcp-deadline"));
  assert.ok(waits.every((wait, i) => i === 0 || wait >= (waits[i - 1] ?? 0)));
  assert.ok((waits[0] ?? 0) < 6_000 && (waits.at(-1) ?? 0) > 290_000);
  retry.reset();
  assert.equal(retry.failures, 0);
  assert.equal(retry.failed("mqtt/tcp-deadline"), waits[0]);
});

test("what only a person can mend is tried again after five to ten minutes", () => {
  const retry = new CloudRetry(1_000, seededRandom(2));
  for (let i = 0; i < 50; i++) {
    const wait = retry.failed("mqtt/refused-authorization");
    assert.ok(wait >= 300_000 && wait <= 600_000);
  }
});

test("what a platform has kept from an earlier life is not taken for ours", () => {
  const retry = new CloudRetry(1_000, seededRandom(3));
  assert.deepEqual([retry.accepted(), retry.accepted()], [false, true]);
});
