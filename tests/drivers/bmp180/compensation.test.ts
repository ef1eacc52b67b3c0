// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  fineTemperatureOf,
  pressureOf,
  temperatureOf,
} from "../../../drivers/bmp180/compensation.ts";
import type { Oversampling } from "../../../drivers/bmp180/registers.ts";
import { exampleCalibration as calibration } from "./datasheet-example.ts";

/** Raw temperature, raw pressure, oversampling; °C and Pa that come out. */
const vectors: readonly (readonly [number, number, Oversampling, number, number])[] = [
  // Printed in the datasheet.
  [27_898, 23_843, 0, 15, 69_964],
  [27_898, 47_686, 1, 15, 69_962],
  [27_898, 95_372, 2, 15, 69_963],
  [27_898, 190_744, 3, 15, 69_963],
  [27_898, 300_000, 3, 15, 110_822],
  // Below zero, where the two kinds of rounding differ.
  [25_000, 40_000, 0, -12.1, 111_220],
  // B7 does not fit into 31 bits.
  [30_000, 60_000, 0, 31.3, 184_944],
];

test("temperature and pressure are those of the datasheet's example and of its routine", () => {
  for (const [rawTemperature, rawPressure, oversampling, celsius, pascal] of vectors) {
    const fine = fineTemperatureOf(rawTemperature, calibration) ?? Number.NaN;
    assert.equal(temperatureOf(fine), celsius);
    assert.equal(pressureOf(rawPressure, oversampling, { fine, calibration }), pascal);
  }
});

test("the fine temperature of the datasheet's example is 2400", () => {
  assert.equal(fineTemperatureOf(27_898, calibration), 2_400);
});

test("values that can not belong together give nothing instead of a number", () => {
  const fine = 2_400;
  assert.equal(pressureOf(0, 0, { fine, calibration }), undefined);
  const flat = { ...calibration, AC4: 0 };
  assert.equal(pressureOf(23_843, 0, { fine, calibration: flat }), undefined);
  // X1 is raw − AC6 then, and MD takes it to zero.
  const even = { ...calibration, AC5: 32_768 };
  assert.equal(fineTemperatureOf(calibration.AC6 - calibration.MD, even), undefined);
});
