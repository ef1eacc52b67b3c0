// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { SampleMean } from "../../../modules/cloud/sample.ts";

test("the mean has whole ppm and ppb, and one decimal for the rest", () => {
  const mean = new SampleMean("mean");
  mean.add({ co2: 600, voc: 30, pressure: 1_013.24, temperature: 23.31, humidity: 41 });
  mean.add({ co2: 625, voc: 33, pressure: 1_013.11, temperature: 23.5, humidity: 42 });
  assert.deepEqual(mean.take(), {
    co2: 613,
    voc: 32,
    pressure: 1_013.2,
    temperature: 23.4,
    humidity: 41.5,
  });
});

test("a value that is missing now and then does not count as 0, and one that never was is not there", () => {
  const mean = new SampleMean("mean");
  mean.add({ co2: 400, voc: undefined });
  mean.add({ temperature: 20, co2: Number.NaN });
  mean.add({ co2: 500, temperature: 21 });
  assert.deepEqual(mean.take(), { co2: 450, temperature: 20.5 });
});

test("after it was taken it begins anew, and of nothing there is none", () => {
  const mean = new SampleMean("mean");
  assert.equal(mean.take(), undefined);
  mean.add({ co2: 400 });
  mean.take();
  assert.equal(mean.take(), undefined);
  mean.add({ co2: 500 });
  assert.deepEqual(mean.take(), { co2: 500 });
});

test("the last is the last, for each value", () => {
  const last = new SampleMean("last");
  last.add({ co2: 400, voc: 1 });
  last.add({ co2: 500 });
  assert.deepEqual(last.take(), { co2: 500, voc: 1 });
});

test("more than 65,535 of them begin anew instead of a wrong mean", () => {
  const mean = new SampleMean("mean");
  for (let i = 0; i < 65_535; i++) mean.add({ co2: 400 });
  mean.add({ co2: 1_000 });
  assert.deepEqual(mean.take(), { co2: 1_000 });
});
