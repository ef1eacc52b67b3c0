// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  decodeSleep,
  encodeSleep,
  readSleep,
  type SleepRecord,
  writeSleep,
} from "../../../../modules/app/sleep/sleep-record.ts";
import {
  crashCountPlace,
  reservedLength,
  sleepRecordLength,
  sleepRecordPlace,
} from "../../../../modules/base/retained-memory.ts";
import { MemoryRetained } from "../../../support/memory-retained.ts";

const record: SleepRecord = {
  sleeps: 70_000,
  misses: 3,
  kinds: 5,
  time: 1_700_000_000_123,
  healthAge: 86_400,
  awake: 310_250,
  steps: { boot: 250, sensor: 70, wifi: 210, dhcp: 100, tcp: 10, mqtt: 9, publish: 20 },
  place: { channel: 11, BSSID: "02:a1:00:ff:7e:09" },
  CO2Sensor: "SCD41",
};

test("a record is found as it was written, and so is one of a board without time and network", () => {
  const retained = new MemoryRetained();
  writeSleep(retained, record);
  assert.deepEqual(readSleep(retained), record);
  const poor = { ...record, time: undefined, place: undefined, CO2Sensor: undefined };
  assert.deepEqual(decodeSleep(encodeSleep(poor).buffer as ArrayBuffer), poor);
});

test("its place is between the note of the gas sensor and the number of crashes", () => {
  const retained = new MemoryRetained();
  const place = sleepRecordPlace(retained);
  assert.ok(place >= retained.byteLength - reservedLength + 12);
  assert.ok(place + sleepRecordLength <= crashCountPlace(retained));
});

test("one bit that is wrong, and any other memory, is no record", () => {
  const bytes = encodeSleep(record);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const wrong = bytes.slice();
    wrong[bit >> 3] = (wrong[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(decodeSleep(wrong.buffer as ArrayBuffer), undefined, `bit ${bit}`);
  }
  for (const fill of [0, 0x55, 0xff]) {
    const retained = new MemoryRetained();
    retained.bytes.fill(fill);
    assert.equal(readSleep(retained), undefined);
  }
});

test("what is too large for its place is the largest that there is room for", () => {
  const steps = { ...record.steps, wifi: 100_000, dhcp: -1 };
  const kept = decodeSleep(encodeSleep({ ...record, misses: 1e9, steps }).buffer as ArrayBuffer);
  assert.equal(kept?.misses, 65_535);
  assert.deepEqual([kept?.steps.wifi, kept?.steps.dhcp], [65_535, 0]);
});
