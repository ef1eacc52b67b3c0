// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { whyFailed } from "../../tools/node-tests.ts";

test("whatever a test has failed with is told as text", () => {
  const failed = (cause: unknown) =>
    whyFailed(Object.assign(new Error("1 !== 2"), cause === undefined ? {} : { cause }));
  // What comes of an AssertionError about objects with functions.
  assert.equal(failed(Object.create(null)), "1 !== 2");
  assert.equal(failed({}), "1 !== 2");
  assert.equal(failed(null), "1 !== 2");
  assert.equal(failed(undefined), "1 !== 2");
  assert.equal(failed("thrown text"), "thrown text");
  assert.match(failed(new RangeError("too far")), /RangeError: too far\n +at /);
});
