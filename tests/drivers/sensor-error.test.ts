// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { SensorError } from "../../drivers/sensor-error.ts";

test("says what happened, why and what to do, and which driver speaks", () => {
  const cause = new Error("nack");
  const error = new SensorError({ code: "ccs811/x", what: "a", why: "b", todo: "c", cause });
  assert.equal(error.message, "a: b; c");
  assert.equal(error.chip, "ccs811");
  assert.equal(error.name, "SensorError");
  assert.equal(error.cause, cause);
  assert.ok(error instanceof Error);
});
