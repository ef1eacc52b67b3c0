// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { humidityOf, temperatureOf } from "../../../drivers/sht3x/conversion.ts";

test("the ends of the raw range are the ends of the datasheet's formulas", () => {
  assert.equal(temperatureOf(0), -45);
  assert.equal(temperatureOf(0xffff), 130);
  assert.equal(humidityOf(0), 0);
  assert.equal(humidityOf(0xffff), 100);
});

test("a step of the raw value is a step of 0.0027 °C and 0.0015 %", () => {
  const middle = 0x6666;
  assert.equal(Math.round(temperatureOf(middle)), 25);
  assert.equal((temperatureOf(middle + 1) - temperatureOf(middle)).toFixed(4), "0.0027");
  assert.equal((humidityOf(middle + 1) - humidityOf(middle)).toFixed(4), "0.0015");
});
