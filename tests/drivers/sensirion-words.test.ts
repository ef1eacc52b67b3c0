// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  checkWord,
  humidityOf,
  temperatureOf,
  wordAt,
  writeWord,
} from "../../drivers/sensirion-words.ts";
import { bytesOf, hexOf } from "../support/hex.ts";

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

test("a word is written as it is read, with the checksum of the datasheet", () => {
  const bytes = new Uint8Array(6);
  writeWord(bytes, 3, 0x07e6);
  // Sensirion SCD4x v1.7, example of set_temperature_offset.
  assert.equal(hexOf(bytes), "00 00 00 07 E6 48");
  assert.equal(wordAt(bytes, 3), 0x07e6);
  checkWord(bytes, 3, "SCD4x");
});

test("a wrong checksum is an error that names the chip", () => {
  assert.throws(() => checkWord(bytesOf("BE EF 93"), 0, "SHT3x"), {
    code: "sht3x/checksum",
    message: /0x93 instead of 0x92/,
  });
});
