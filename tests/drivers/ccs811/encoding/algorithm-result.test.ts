// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  CO2Of,
  currentOf,
  faultsOf,
  hasValues,
  isStartValue,
  rawOf,
  type SampleFault,
  tvocOf,
  voltageOf,
} from "../../../../drivers/ccs811/encoding/algorithm-result.ts";
import { bytesOf } from "../../../support/hex.ts";

const good = { isRawOnly: false, isWarming: false, errors: 0, applicationVersion: 0x2000 };

test("splits a result into its values, high byte first", () => {
  const result = bytesOf("02 6C 00 21 98 00 30 B1");
  assert.equal(CO2Of(result), 620);
  assert.equal(tvocOf(result), 33);
  assert.equal(rawOf(result), 0x30b1);
  assert.deepEqual(faultsOf(result, good), []);
});

test("0x06B1 is 1 µA and 1.111 V; 0x07FF is 1 µA and full scale", () => {
  assert.equal(currentOf(0x06b1), 1);
  assert.equal(voltageOf(0x06b1).toFixed(3), "1.111");
  assert.equal(currentOf(0x07ff), 1);
  assert.equal(voltageOf(0x07ff), 1.65);
  assert.equal(currentOf(0xffff), 63);
});

test("start values are 0, or 400 and 0", () => {
  assert.equal(isStartValue(bytesOf("00 00 00 00 98 00 30 B1")), true);
  assert.equal(isStartValue(bytesOf("01 90 00 00 98 00 30 B1")), true);
  assert.equal(isStartValue(bytesOf("01 90 00 01 98 00 30 B1")), false);
  assert.equal(isStartValue(bytesOf("01 91 00 00 98 00 30 B1")), false);
});

const marks: readonly (readonly [what: string, bytes: string, faults: string[]])[] = [
  ["the lowest values", "01 90 00 00 98 00 30 B1", []],
  ["the highest values", "FA 00 FA 00 98 00 30 B1", []],
  ["no value on firmware 1.x", "00 00 00 00 98 00 30 B1", ["warming"]],
  ["399 ppm", "01 8F 00 00 98 00 30 B1", ["out-of-range"]],
  ["64001 ppm", "FA 01 00 00 98 00 30 B1", ["out-of-range"]],
  ["64001 ppb", "01 90 FA 01 98 00 30 B1", ["out-of-range"]],
  ["all ones", "FF FF FF FF FF FF FF FF", ["out-of-range", "bus", "saturated"]],
  ["a field example of a broken transfer", "60 89 FE 3F 98 00 30 B1", ["out-of-range"]],
  ["all zeros, from a sensor that has reset", "00 00 00 00 00 00 00 00", ["warming", "bus"]],
  ["the status of a boot loader", "02 6C 00 21 10 00 30 B1", ["bus"]],
  ["an impossible status", "02 6C 00 21 9E 00 30 B1", ["bus"]],
  ["a saturated voltage", "01 90 00 01 98 00 07 FF", ["saturated"]],
];

for (const [what, bytes, faults] of marks) {
  test(`${what}: ${faults.join(", ") || "no mark"}`, () => {
    assert.deepEqual(faultsOf(bytesOf(bytes), good), faults);
  });
}

test("400 and 0 is marked only while start values are to be expected", () => {
  const result = bytesOf("01 90 00 00 98 00 30 B1");
  assert.deepEqual(faultsOf(result, { ...good, isWarming: true }), ["warming"]);
  assert.deepEqual(faultsOf(bytesOf("02 6C 00 21 98 00 30 B1"), { ...good, isWarming: true }), []);
});

test("the signature of a dead sensor names what it means", () => {
  const result = bytesOf("01 90 00 00 99 28 07 FF");
  assert.deepEqual(faultsOf(result, { ...good, errors: 0x28 }), [
    "saturated",
    "MAX_RESISTANCE",
    "HEATER_SUPPLY",
  ]);
});

test("drive mode 4 gives raw values only, and its eCO2 is not judged", () => {
  const result = bytesOf("00 00 00 00 98 00 30 B1");
  assert.deepEqual(faultsOf(result, { ...good, isRawOnly: true }), ["raw-only"]);
});

test("8192 ppm and 1187 ppb are the most that firmware 1.x gives", () => {
  const old = { ...good, applicationVersion: 0x1100 };
  assert.deepEqual(faultsOf(bytesOf("20 00 04 A3 90 00 30 B1"), old), []);
  assert.deepEqual(faultsOf(bytesOf("20 01 04 A3 90 00 30 B1"), old), ["out-of-range"]);
  assert.deepEqual(faultsOf(bytesOf("20 00 04 A4 90 00 30 B1"), old), ["out-of-range"]);
});

test("the copy of ERROR_ID marks a broken heater before ERROR_ID itself is read", () => {
  assert.deepEqual(faultsOf(bytesOf("01 90 00 00 99 10 30 B1"), good), ["HEATER_FAULT"]);
});

test("a mark takes the values away, but for a refused write, read or mode", () => {
  const harmless: SampleFault[] = ["WRITE_REG_INVALID", "READ_REG_INVALID", "MEASMODE_INVALID"];
  assert.equal(hasValues([]), true);
  assert.equal(hasValues(harmless), true);
  for (const fault of [
    "warming",
    "raw-only",
    "out-of-range",
    "bus",
    "saturated",
    "MAX_RESISTANCE",
    "HEATER_FAULT",
    "HEATER_SUPPLY",
  ] as const) {
    assert.equal(hasValues([...harmless, fault]), false, fault);
  }
});
