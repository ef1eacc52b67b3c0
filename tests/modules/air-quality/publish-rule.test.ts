// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  isWorthPublishing,
  type PublishLimits,
} from "../../../modules/air-quality/publish-rule.ts";
import type { Reading } from "../../../modules/air-quality/reading.ts";

const none: Reading = {
  co2: undefined,
  voc: undefined,
  pressure: undefined,
  pressureTemperature: undefined,
  temperature: undefined,
  humidityPercent: undefined,
  ticks: 0,
};
const last: Reading = {
  ...none,
  co2: 500,
  voc: 30,
  pressure: 101_300,
  pressureTemperature: 22,
  temperature: 21,
  humidityPercent: 40,
  ticks: 100_000,
};
const everySecond = {
  period: 1_000,
  interval: 1_000,
  floor: 1_000,
  co2: 0,
  voc: 0,
  temperature: 0,
  humidity: 0,
};
const everyTen = { ...everySecond, interval: 10_000, floor: 10_000 };
const everyMinute = { ...everySecond, interval: 60_000 };
const onChange = {
  period: 1_000,
  interval: 60_000,
  floor: 5_000,
  co2: 50,
  voc: 20,
  temperature: 1,
  humidity: 5,
};

const cases: readonly [string, PublishLimits, number, Partial<Reading>, boolean][] = [
  ["each sample, when every second is asked for", everySecond, 1_000, {}, true],
  ["a sample of a clock that is 2 % fast", everySecond, 980, {}, true],
  ["not two samples of one second", everySecond, 300, { co2: 9_000 }, false],
  [
    "nothing within the minute without limits of change",
    everyMinute,
    59_000,
    { co2: 9_000 },
    false,
  ],
  ["the first sample after the minute", everyMinute, 60_000, {}, true],
  ["the sample that comes 20 ms before the minute", everyMinute, 59_980, {}, true],
  ["no change that is as large as the limit", onChange, 30_000, { co2: 550, voc: 50 }, false],
  ["a larger rise of co2", onChange, 30_000, { co2: 551 }, true],
  ["a larger fall of co2", onChange, 30_000, { co2: 449 }, true],
  ["a larger change of voc", onChange, 30_000, { voc: 51 }, true],
  ["a larger change of either temperature", onChange, 30_000, { temperature: 22.1 }, true],
  [
    "a larger change of the other temperature",
    onChange,
    30_000,
    { pressureTemperature: 20.9 },
    true,
  ],
  ["a larger change of humidity", onChange, 30_000, { humidityPercent: 34.9 }, true],
  ["no change of pressure", onChange, 30_000, { pressure: 90_000 }, false],
  ["a value that is gone", onChange, 30_000, { co2: undefined }, true],
  ["no change below the floor", onChange, 4_800, { co2: 9_000 }, false],
  ["a change at the floor", onChange, 5_000, { co2: 9_000 }, true],
  ["each sample of a slow mode, by a fast clock", { ...everyTen, period: 10_000 }, 9_600, {}, true],
  ["nothing below a floor above the interval", { ...everySecond, floor: 9_000 }, 8_000, {}, false],
  ["each at a floor above the interval", { ...everySecond, floor: 9_000 }, 9_000, {}, true],
];

for (const [name, limits, elapsed, change, isWorth] of cases) {
  test(`publishes ${name}`, () => {
    const reading = { ...last, ticks: last.ticks + elapsed, ...change };
    assert.equal(isWorthPublishing(reading, last, limits), isWorth);
  });
}

test("publishes a value that has come, and the first reading of all", () => {
  const reading = { ...last, ticks: last.ticks + 30_000 };
  assert.equal(isWorthPublishing(reading, { ...last, co2: undefined }, onChange), true);
  assert.equal(isWorthPublishing(reading, { ...last, co2: undefined }, everyMinute), true);
  assert.equal(isWorthPublishing(none, undefined, onChange), true);
});

test("at one sample a second never two are closer than the floor, nor farther than the interval", () => {
  let before: Reading | undefined;
  const gaps: number[] = [];
  for (let second = 0; second < 2_000; second++) {
    const co2 = 500 + (second % 97 < 10 ? 200 * (second % 2) : 0);
    const reading = { ...last, co2, ticks: second * 990 };
    if (!isWorthPublishing(reading, before, onChange)) continue;
    if (before) gaps.push(reading.ticks - before.ticks);
    before = reading;
  }
  assert.ok(gaps.length > 60, `${gaps.length}`);
  assert.ok(Math.min(...gaps) >= 4_900);
  assert.ok(Math.max(...gaps) <= 61_000);
});

test("the first values after the warm-up are published at once, and their going is no news", () => {
  const early = { ...none, temperature: 21, ticks: 0 };
  const warm = { ...early, co2: 500, voc: 30 };
  assert.equal(isWorthPublishing({ ...warm, ticks: 12_000 }, early, everyMinute), true);
  assert.equal(isWorthPublishing({ ...warm, ticks: 200 }, early, everyMinute), false);
  assert.equal(isWorthPublishing({ ...early, ticks: 12_000 }, warm, everyMinute), false);
});

test("a reading on the other side of a threshold is published at once, also when no change is asked for", () => {
  const gas = { marks: [], current: 1, voltage: 1 };
  const low = { ...last, gas: { ...gas, range: "low" } };
  const next = { ...last, ticks: last.ticks + 5_000 };
  const medium = { ...next, gas: { ...gas, range: "medium" } };
  assert.equal(isWorthPublishing(medium, low, everyMinute), true);
  assert.equal(isWorthPublishing({ ...next, gas: low.gas }, low, everyMinute), false);
  // One without a sample of the sensor is no crossing, nor is the first after it.
  assert.equal(isWorthPublishing(next, low, everyMinute), false);
  assert.equal(isWorthPublishing(medium, last, everyMinute), false);
  assert.equal(isWorthPublishing(medium, low, { ...everyMinute, floor: 10_000 }), false);
});
