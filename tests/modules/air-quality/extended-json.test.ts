// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { encodeExtended } from "../../../modules/air-quality/extended-json.ts";
import type { Reading } from "../../../modules/air-quality/reading.ts";

const sensor = {
  state: { kind: "run-in" },
  minutesLeft: 12,
  mode: 1,
  hardwareVersion: 0x12,
  bootVersion: 0x1000,
  applicationVersion: 0x2000,
};

test("an extended reading carries marks, raw values, state and versions, with decimals", () => {
  const reading = {
    co2: 412,
    voc: 3,
    pressure: 101_325.4,
    pressureTemperature: 22.456,
    temperature: 21.5,
    humidityPercent: 40.26,
    gas: { marks: ["warming", "saturated"], current: 12, voltage: 1.11129 },
    ticks: 0,
  };
  const text = encodeExtended("office_sensor", reading, {
    sensor,
    gasTrouble: undefined,
    time: 1_700_000_000_000,
  });
  assert.deepEqual(JSON.parse(text), {
    office_sensor: {
      time: "2023-11-14T22:13:20.000Z",
      state: "run-in",
      minutesLeft: 12,
      co2: 412,
      voc: 3,
      air: "excellent",
      "air index": 1,
      marks: ["warming", "saturated"],
      current: 12,
      voltage: 1.111,
      "bmp P": 1013.25,
      "bmp temp": 22.46,
      "dht temp": 21.5,
      "dht RH": 40.26,
      mode: 1,
      hardware: "0x12",
      bootLoader: "1.0.0",
      firmware: "2.0.0",
    },
  });
});

test("what is wrong with the gas sensor goes along in the words of its driver", () => {
  const gasTrouble = "no CCS811 answers at 0x5A; check power, wiring and address";
  const absent = { ...sensor, state: { kind: "absent" }, minutesLeft: undefined };
  const reading = { pressure: 101_325, ticks: 0 } as Reading;
  const facts = { sensor: absent, gasTrouble, time: undefined };
  const { state, reason } = JSON.parse(encodeExtended("office", reading, facts)).office;
  assert.deepEqual([state, reason], ["absent", gasTrouble]);
});

test("what is not known is left out", () => {
  const unknown = { hardwareVersion: undefined, bootVersion: undefined };
  const absent = {
    ...unknown,
    state: { kind: "absent" },
    minutesLeft: undefined,
    mode: 1,
    applicationVersion: undefined,
  };
  const reading = {
    co2: undefined,
    voc: undefined,
    pressure: undefined,
    pressureTemperature: undefined,
    temperature: 21,
    humidityPercent: Number.NaN,
    ticks: 0,
  };
  assert.equal(
    encodeExtended("a", reading, { sensor: absent, gasTrouble: undefined, time: undefined }),
    '{"a":{"state":"absent","dht temp":21,"mode":1}}',
  );
});
