// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { hash, randomFrom } from "../../../hosts/virtual/noise.ts";

/** Draws of one seed that are looked at, and seeds next to each other. */
const draws = 512;
const seeds = Array.from({ length: 64 }, (_, i) => 1_000 + i);

/** Pearson's correlation, -1 to 1. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;
  const meanA = mean(a);
  const meanB = mean(b);
  const sum = (each: (x: number, y: number) => number) =>
    a.reduce((total, x, i) => total + each(x - meanA, (b[i] ?? 0) - meanB), 0);
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
}

function drawn(seed: number, count: number): number[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, random);
}

/** What both sources give for the same place of neighbouring seeds. */
const sources = {
  randomFrom: (seed: number, place: number) => drawn(seed, place + 1)[place] ?? 0,
  hash,
};

for (const [name, valueAt] of Object.entries(sources)) {
  test(`${name}: the values of neighbouring seeds at one place fill the whole range`, () => {
    for (const place of [0, 1, 2, 811]) {
      const values = seeds.map((seed) => valueAt(seed, place));
      const eighths = new Set(values.map((value) => Math.floor(8 * value)));
      assert.equal(eighths.size, 8, `place ${place}`);
      assert.equal(new Set(values).size, seeds.length);
      // Five times the deviation that chance has with so many pairs.
      const bound = 5 / Math.sqrt(seeds.length);
      assert.ok(Math.abs(correlation(values.slice(1), values.slice(0, -1))) < bound);
    }
  });
}

test("the sequences of neighbouring seeds do not go together, nor one draw apart", () => {
  // Five times the deviation that chance has with so many draws.
  const bound = 5 / Math.sqrt(draws);
  for (const seed of seeds) {
    const one = drawn(seed, draws);
    const next = drawn(seed + 1, draws);
    assert.ok(Math.abs(correlation(one, next)) < bound, `seeds ${seed} and ${seed + 1}`);
    assert.ok(Math.abs(correlation(one.slice(1), next.slice(0, -1))) < bound);
    assert.ok(Math.abs(correlation(one.slice(0, -1), next.slice(1))) < bound);
  }
});

test("a seed repeats its numbers, every engine the same", () => {
  assert.deepEqual(drawn(1_000, 3), drawn(1_000, 3));
  const scaled = drawn(1, 4).map((value) => value * 4_294_967_296);
  assert.deepEqual(scaled, [1_228_566_310, 1_041_339_923, 2_248_853_198, 1_551_223_671]);
});

test("numbers are at least 0 and below 1, with half of them below a half", () => {
  const values = drawn(7, 10_000);
  assert.ok(values.every((value) => value >= 0 && value < 1));
  const low = values.filter((value) => value < 0.5).length;
  assert.ok(Math.abs(low - 5_000) < 250);
});
