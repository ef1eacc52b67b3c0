// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { corrected, seaLevelPressure } from "../../../modules/air-quality/climate-correction.ts";

const sample = {
  thermometer: { temperature: 24 },
  hygrometer: { humidity: 40 },
  barometer: { pressure: 95_000 },
  ticks: 7,
};
const none = { temperature: 0, humidity: 0, altitude: 0 };

test("offsets are added to what was measured, and the rest stays", () => {
  assert.deepEqual(corrected(sample, { ...none, temperature: -2.5, humidity: 8 }), {
    thermometer: { temperature: 21.5 },
    hygrometer: { humidity: 48 },
    barometer: { pressure: 95_000 },
    ticks: 7,
  });
});

test("a quantity that the sensor lacks is not made up", () => {
  const correction = { temperature: 1, humidity: 1, altitude: 100 };
  assert.deepEqual(corrected({ thermometer: { temperature: 20 }, ticks: 1 }, correction), {
    thermometer: { temperature: 21 },
    ticks: 1,
  });
});

test("humidity stays between 0 and 100 percent", () => {
  for (const [humidity, offset, result] of [
    [95, 10, 100],
    [3, -10, 0],
  ] as const) {
    const found = corrected({ hygrometer: { humidity }, ticks: 0 }, { ...none, humidity: offset });
    assert.equal(found.hygrometer?.humidity, result);
  }
});

test("nothing to correct gives the sample itself", () => {
  assert.equal(corrected(sample, none), sample);
});

test("the pressure at sea level is that of the BMP180's datasheet and of the standard atmosphere", () => {
  // ISO 2533: 1,013.25 hPa at the sea, 954.61 at 500 m, 794.95 at 2,000 m, 540.20 at 5,000 m.
  for (const [altitude, pressure] of [
    [500, 95_461],
    [2_000, 79_495],
    [5_000, 54_020],
    [0, 101_325],
  ] as const) {
    const found = seaLevelPressure(pressure, altitude);
    assert.ok(Math.abs(found - 101_325) < 20, `${altitude} m: ${found}`);
  }
  // Below the sea the air is denser.
  assert.ok(seaLevelPressure(101_325, -400) < 101_325);
});
