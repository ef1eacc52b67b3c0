// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  deviceErrorFacts,
  deviceErrorOf,
  deviceErrors,
  deviceErrorsOf,
} from "../../../../drivers/ccs811/encoding/device-errors.ts";

test("bit 0 is WRITE_REG_INVALID and bit 5 HEATER_SUPPLY", () => {
  assert.deepEqual(deviceErrorsOf(0x01), ["WRITE_REG_INVALID"]);
  assert.deepEqual(deviceErrorsOf(0x02), ["READ_REG_INVALID"]);
  assert.deepEqual(deviceErrorsOf(0x04), ["MEASMODE_INVALID"]);
  assert.deepEqual(deviceErrorsOf(0x08), ["MAX_RESISTANCE"]);
  assert.deepEqual(deviceErrorsOf(0x10), ["HEATER_FAULT"]);
  assert.deepEqual(deviceErrorsOf(0x20), ["HEATER_SUPPLY"]);
  assert.equal(deviceErrorOf(5), "HEATER_SUPPLY");
});

test("several bits are several names, reserved bits none", () => {
  assert.deepEqual(deviceErrorsOf(0x28), ["MAX_RESISTANCE", "HEATER_SUPPLY"]);
  assert.deepEqual(deviceErrorsOf(0xc0), []);
  assert.deepEqual(deviceErrorsOf(0), []);
  assert.equal(deviceErrorOf(6), undefined);
});

test("every error has its own code and says what to do", () => {
  const codes = new Set(deviceErrors.map((error) => deviceErrorFacts(error).code));
  assert.equal(codes.size, deviceErrors.length);
  for (const error of deviceErrors) {
    const { code, why, todo } = deviceErrorFacts(error);
    assert.match(code, /^ccs811\/[a-z-]+$/);
    assert.ok(why?.includes(error));
    assert.ok((todo ?? "").length > 10);
  }
});
