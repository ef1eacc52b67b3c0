// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  type Calibration,
  decodeCalibration,
  type HumidityCalibration,
} from "../../../drivers/bme280/calibration.ts";
import {
  fineTemperatureOf,
  humidityOf,
  pressureOf,
  temperatureOf,
} from "../../../drivers/bme280/compensation.ts";
import { bytesOf } from "../../support/hex.ts";
import { isNear } from "../climate-bench.ts";

/** The example of the BMP280's datasheet (section 3.12). */
const example: Calibration = Object.freeze({
  T1: 27_504,
  T2: 26_435,
  T3: -1_000,
  P1: 36_477,
  P2: -10_685,
  P3: 3_024,
  P4: 2_855,
  P5: 140,
  P6: -7,
  P7: 15_500,
  P8: -14_600,
  P9: 6_000,
});

/** A part whose registers somebody has published: 0x88–0xA1 and 0xE1–0xE7. */
const low = `6C 6E 77 66 32 00 A8 92 27 D5 D0 0B 6F 18 CA FF F9 FF AC 26 0A D8 BD 10 00 4B`;
const high = "65 01 00 14 0B 00 1E";

test("temperature and pressure are those of the datasheet's example", () => {
  const fine = fineTemperatureOf(519_888, example);
  assert.ok(isNear(fine, 128_422.287, 0.001));
  assert.ok(isNear(temperatureOf(fine), 25.0825, 0.0001));
  assert.ok(isNear(pressureOf(415_148, fine, example), 100_653.27, 0.02));
});

test("a real part's registers give its words and values", () => {
  const calibration = decodeCalibration(bytesOf(low), bytesOf(high));
  assert.deepEqual(calibration, {
    T1: 28_268,
    T2: 26_231,
    T3: 50,
    P1: 37_544,
    P2: -10_969,
    P3: 3_024,
    P4: 6_255,
    P5: -54,
    P6: -7,
    P7: 9_900,
    P8: -10_230,
    P9: 4_285,
    humidity: { H1: 75, H2: 357, H3: 0, H4: 331, H5: 0, H6: 30 },
  });
  const fine = fineTemperatureOf(530_427, calibration as Calibration);
  assert.ok(isNear(temperatureOf(fine), 24.43737, 0.0001));
  assert.ok(isNear(pressureOf(348_984, fine, calibration as Calibration), 99_621.1, 0.3));
  const humidity = calibration?.humidity as HumidityCalibration;
  assert.ok(isNear(humidityOf(30_995, fine, humidity), 54.172, 0.01));
});

test("humidity follows the datasheet's routine and stays within 0 and 100", () => {
  const humidity = { H1: 75, H2: 362, H3: 0, H4: 333, H5: 0, H6: 30 };
  const fine = 128_422;
  assert.equal(humidityOf(20_000, fine, humidity), 0);
  assert.ok(isNear(humidityOf(25_000, fine, humidity), 20.77931, 0.00001));
  assert.ok(isNear(humidityOf(30_000, fine, humidity), 48.75237, 0.00001));
  assert.equal(humidityOf(65_535, fine, humidity), 100);
});

test("H4 and H5 are signed by their high byte and share one", () => {
  const humidityOfBytes = (bytes: string) => {
    const block = bytesOf(high);
    block.set(bytesOf(bytes), 3);
    return decodeCalibration(bytesOf(low), block)?.humidity;
  };
  assert.equal(humidityOfBytes("F6 5A 0B")?.H4, -150);
  assert.equal(humidityOfBytes("F6 5A 0B")?.H5, 181);
  assert.equal(humidityOfBytes("0B 00 FF")?.H4, 176);
  assert.equal(humidityOfBytes("0B 00 FF")?.H5, -16);
});

test("every word of the first block but T1 and P1 has a sign, and H6 has one", () => {
  const block = new Uint8Array(26).fill(0xfe);
  const calibration = decodeCalibration(block, new Uint8Array(7).fill(0xfe));
  const { T1, P1, humidity, ...signed } = calibration as Calibration;
  assert.deepEqual([T1, P1], [0xfefe, 0xfefe]);
  for (const word of Object.values(signed)) assert.equal(word, -258);
  assert.equal(humidity?.H1, 0xfe);
  assert.equal(humidity?.H3, 0xfe);
  assert.equal(humidity?.H6, -2);
});

test("an empty memory is no calibration, and no pressure comes from a divisor of zero", () => {
  for (const value of [0x00, 0xff]) {
    const block = new Uint8Array(26).fill(value);
    assert.equal(decodeCalibration(block), undefined);
    const humidityBlock = new Uint8Array(7).fill(value);
    assert.equal(decodeCalibration(bytesOf(low), humidityBlock), undefined);
  }
  assert.equal(pressureOf(415_148, 128_422, { ...example, P1: 0 }), undefined);
});
