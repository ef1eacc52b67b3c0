// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { isTooDeep } from "../../../modules/base/json-depth.ts";
import { seededRandom } from "../../support/random.ts";

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

test("eight brackets may be open at a time, and nine are too many", () => {
  assert.equal(isTooDeep(nested(8)), false);
  assert.equal(isTooDeep(nested(9)), true);
  assert.equal(isTooDeep(`{"a":${nested(8)}}`), true);
  assert.equal(isTooDeep("[".repeat(500)), true);
  assert.equal(isTooDeep('{"a":'.repeat(9)), true);
  assert.equal(isTooDeep(`[${"[],{},".repeat(100)}0]`), false);
});

test("brackets in strings do not count, whatever stands before them", () => {
  const many = "[{".repeat(20);
  assert.equal(isTooDeep(JSON.stringify({ command: `pub a ${many}` })), false);
  assert.equal(isTooDeep(JSON.stringify([`\\"${many}\\`, `"${many}`])), false);
  assert.equal(isTooDeep(JSON.stringify([`\\${many}`, [[[[[[[[0]]]]]]]]])), true);
});

/** A random JSON value and how deep it is. */
function randomValue(random: () => number, room: number): [value: unknown, depth: number] {
  const kind = Math.floor(random() * (room > 0 ? 4 : 2));
  if (kind === 0) return [Math.floor(random() * 1_000), 0];
  if (kind === 1) return ['[{"\\'.slice(Math.floor(random() * 5)), 0];
  const parts = Array.from({ length: Math.floor(random() * 3) }, () =>
    randomValue(random, room - 1),
  );
  const depth = 1 + Math.max(0, ...parts.map(([, below]) => below));
  if (kind === 2) return [parts.map(([value]) => value), depth];
  return [Object.fromEntries(parts.map(([value], n) => [`k${n}`, value])), depth];
}

test("of any JSON text it is told whether its depth is more than eight", () => {
  const random = seededRandom(17);
  const seen = { deep: 0, flat: 0 };
  for (let round = 0; round < 3_000; round++) {
    let [value, depth] = randomValue(random, 6);
    for (let n = Math.floor(random() * 11); n > 0; n--) {
      value = [value];
      depth++;
    }
    assert.equal(isTooDeep(JSON.stringify(value)), depth > 8, JSON.stringify(value));
    seen[depth > 8 ? "deep" : "flat"]++;
  }
  assert.ok(seen.deep > 50 && seen.flat > 500, JSON.stringify(seen));
});
