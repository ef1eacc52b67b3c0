// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { retryAfterOf } from "../../../modules/http/retry-after.ts";

test("Retry-After is seconds or a date, an hour at most, and anything else is nothing", () => {
  const now = Date.parse("2026-01-02T12:00:00Z");
  assert.equal(retryAfterOf("120", now), 120_000);
  for (const seconds of ["999999999", "99999999999", "9".repeat(400)]) {
    assert.equal(retryAfterOf(seconds, now), 3_600_000);
  }
  assert.equal(retryAfterOf("Fri, 02 Jan 2026 12:01:30 GMT", now), 90_000);
  assert.equal(retryAfterOf("Fri, 02 Jan 2026 11:00:00 GMT", now), 0);
  assert.equal(retryAfterOf("Fri, 02 Jan 2026 12:01:30 GMT", undefined), undefined);
  for (const value of [undefined, "", "-1", "soon", "1e9"]) {
    assert.equal(retryAfterOf(value, undefined), undefined);
  }
});
