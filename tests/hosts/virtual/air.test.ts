// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Air, type AirSample } from "../../../hosts/virtual/air.ts";
import { seededRandom } from "../../support/random.ts";

const minute = 60_000;
const hour = 60 * minute;

/** An empty, closed room from the beginning. */
function emptyRoom(seed = 1): Air {
  const air = new Air({ seed });
  air.occupy(0, 0);
  air.openWindow(false, 0);
  return air;
}

function spread(air: Air, key: keyof AirSample): { least: number; most: number } {
  const values = Array.from({ length: 24 * 4 }, (_, n) => air.at(n * 15 * minute)[key]);
  return { least: Math.min(...values), most: Math.max(...values) };
}

test("the same seed and moment give the same air, whatever was asked before", () => {
  const first = new Air({ seed: 7 });
  const random = seededRandom(99);
  const moments = Array.from({ length: 20 }, () => Math.floor(random() * 12 * hour));
  const wanted = moments.map((ms) => first.at(ms));
  const second = new Air({ seed: 7 });
  for (let n = moments.length - 1; n >= 0; n--) {
    assert.deepEqual(second.at(moments[n] ?? 0), wanted[n]);
  }
});

test("every engine gives the same air", () => {
  const { CO2, tvoc, temperature, humidity, pressure } = new Air({ seed: 3 }).at(5 * hour + 1_234);
  const rounded = [CO2, tvoc, temperature, humidity, pressure].map((value) => value.toFixed(6));
  assert.deepEqual(rounded, [
    "1117.397103",
    "132.230002",
    "21.103076",
    "45.059405",
    "101422.004796",
  ]);
});

test("another seed gives another room", () => {
  const values = [1, 2, 3, 4].map((seed) => new Air({ seed }).at(hour).CO2);
  assert.equal(new Set(values).size, 4);
});

test("a day in the room stays within what one breathes and still changes", () => {
  for (const seed of [1, 2, 3]) {
    const air = new Air({ seed });
    const CO2 = spread(air, "CO2");
    assert.ok(CO2.least > 400 && CO2.most < 4_000 && CO2.most - CO2.least > 500, `CO2, ${seed}`);
    const tvoc = spread(air, "tvoc");
    assert.ok(tvoc.least >= 0 && tvoc.most < 2_000 && tvoc.most - tvoc.least > 100, `${seed}`);
    const temperature = spread(air, "temperature");
    assert.ok(temperature.least > 15 && temperature.most < 28, `temperature, ${seed}`);
    const humidity = spread(air, "humidity");
    assert.ok(humidity.least > 20 && humidity.most < 75, `humidity, ${seed}`);
    const pressure = spread(air, "pressure");
    assert.ok(pressure.least > 100_000 && pressure.most < 103_000, `pressure, ${seed}`);
  }
});

test("the air changes smoothly: no step from one second to the next", () => {
  const air = new Air({ seed: 5 });
  let before = air.at(0);
  for (let second = 1; second < 3_600; second++) {
    const now = air.at(second * 1_000);
    assert.ok(Math.abs(now.CO2 - before.CO2) < 5, `CO2 at ${second} s`);
    assert.ok(Math.abs(now.tvoc - before.tvoc) < 6, `tvoc at ${second} s`);
    assert.ok(Math.abs(now.temperature - before.temperature) < 0.05, `temperature at ${second} s`);
    before = now;
  }
});

test("one person breathes out 20 litres of CO2 an hour", () => {
  const air = emptyRoom();
  air.occupy(1, 8 * hour);
  const rise = air.at(8 * hour + 6 * minute).CO2 - air.at(8 * hour).CO2;
  // 2 l into 45 m³ are 44 ppm; leakage and turbulence take and give a few.
  assert.ok(Math.abs(rise - 44) < 10, `${rise}`);
});

test("an empty room returns to the air outside, through an open window within minutes", () => {
  const air = emptyRoom();
  air.occupy(6, 4 * hour);
  air.occupy(0, 6 * hour);
  const full = air.at(6 * hour).CO2;
  const closed = air.at(6 * hour + 20 * minute).CO2;
  air.openWindow(true, 6 * hour);
  const open = air.at(6 * hour + 20 * minute).CO2;
  assert.ok(full > 1_500, `${full}`);
  assert.ok(closed > 0.75 * full, `${closed}`);
  assert.ok(open < 0.5 * full, `${open}`);
  assert.ok(air.at(24 * hour).CO2 < 450);
});

test("the back door changes only what comes after it and can be closed again", () => {
  const plain = new Air({ seed: 4 });
  const changed = new Air({ seed: 4 });
  const later = plain.at(3 * hour);
  assert.deepEqual(changed.at(3 * hour), later);
  changed.occupy(6, 2 * hour);
  assert.equal(changed.peopleAt(2 * hour), 6);
  assert.deepEqual(changed.at(2 * hour - 20_000), plain.at(2 * hour - 20_000));
  assert.ok(changed.at(3 * hour).CO2 > later.CO2 + 50);
  changed.occupy(undefined, 3 * hour);
  assert.equal(changed.peopleAt(3 * hour), plain.peopleAt(3 * hour));
});

test("an open window is told", () => {
  const air = emptyRoom();
  air.openWindow(true, hour);
  assert.equal(air.isWindowOpenAt(hour - 1), false);
  assert.equal(air.isWindowOpenAt(hour), true);
});

test("a pinned value holds at every moment, the others live on", () => {
  const air = new Air({ seed: 6 });
  const { temperature } = air.at(hour);
  air.pin({ CO2: 1_234 });
  assert.equal(air.at(hour).CO2, 1_234);
  assert.equal(air.at(9 * hour).CO2, 1_234);
  assert.equal(air.at(hour).temperature, temperature);
  air.pin({});
  assert.notEqual(air.at(hour).CO2, 1_234);
});

test("before the beginning the air is that of the beginning", () => {
  const air = new Air({ seed: 2 });
  assert.deepEqual(air.at(-5), air.at(0));
});
