// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { airIndex } from "../../../modules/air-quality/air-index.ts";

test("the index changes just above the bounds of EN 16798-1 and of the Umweltbundesamt", () => {
  const seen = (values: readonly number[], index: (value: number) => number | undefined) =>
    values.flatMap((value) => [index(value), index(value + 1)]);
  const steps = [1, 2, 2, 3, 3, 4, 4, 5];
  assert.deepEqual(
    seen([950, 1_200, 1_750, 5_000], (co2) => airIndex(co2, undefined)?.index),
    steps,
  );
  assert.deepEqual(
    seen([65, 220, 660, 2_200], (voc) => airIndex(undefined, voc)?.index),
    steps,
  );
});

test("the worse of the two values counts, and without values there is no index", () => {
  assert.deepEqual(airIndex(2_000, 10), { index: 4, word: "poor" });
  assert.deepEqual(airIndex(420, 10_000), { index: 5, word: "unhealthy" });
  assert.deepEqual(airIndex(420, 0), { index: 1, word: "excellent" });
  assert.equal(airIndex(undefined, undefined), undefined);
});
