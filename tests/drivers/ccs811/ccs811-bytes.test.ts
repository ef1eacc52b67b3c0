// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { CCS811 } from "../../../drivers/ccs811/ccs811.ts";
import type { CCS811Options } from "../../../drivers/ccs811/ccs811-options.ts";
import { BusRecorder } from "../../support/bus-recorder.ts";
import { FakeTime } from "../../support/fake-time.ts";

const identity = ["20>81", "21>12", "23>10 00"];

/** A recorder that answers as a CCS811 with its application at `version` and `mode` would. */
function scripted(version: string, mode: string): BusRecorder {
  return new BusRecorder()
    .answer("20", "81")
    .answer("21", "12")
    .answer("23", "10 00")
    .answer("24", version)
    .answer("01", "00", mode)
    .answer("02", "02 6C 00 21 98 00 30 B1");
}

function opened(bus: BusRecorder, options: Partial<CCS811Options> = {}) {
  const time = new FakeTime();
  const sensor = { io: bus.io, data: 21, clock: 22 };
  const driver = new CCS811({ sensor, timers: time, clock: time, ...options });
  return { time, driver };
}

test("the constructor opens the bus with its defaults and sends nothing", () => {
  const bus = scripted("20 00", "10");
  opened(bus);
  assert.deepEqual(bus.opened, [{ data: 21, clock: 22, address: 0x5a, hz: 100_000 }]);
  assert.deepEqual(bus.transactions, []);
});

test("starts from the boot loader: identity, versions, APP_START alone, mode and its check", () => {
  const bus = scripted("20 00", "10").answer("00", "10", "90");
  const { time } = opened(bus);
  time.advance(40);
  assert.deepEqual(bus.take(), [
    "00>10",
    ...identity,
    "24>20 00",
    "F4",
    "00>90",
    "01>00",
    "01 10",
    "01>10",
  ]);
});

test("takes a sample by STATUS, then eight bytes of ALG_RESULT_DATA", () => {
  const bus = scripted("20 00", "10").answer("00", "10", "90", "90", "98");
  const { time, driver } = opened(bus);
  time.advance(40);
  bus.take();
  time.set(1_700_000_000_000);
  time.advance(1_000);
  assert.deepEqual(bus.take(), ["00>90", "00>98", "02>02 6C 00 21 98 00 30 B1"]);
  const sample = driver.sample();
  assert.deepEqual(sample, {
    carbonDioxideDetector: { CO2: 620 },
    vocDetector: { tvoc: 33 },
    current: 12,
    voltage: ((0x30b1 & 0x3ff) * 1.65) / 1_023,
    time: 1_700_000_000_000 - 40 + (sample?.ticks ?? 0),
    ticks: sample?.ticks,
    faults: [],
  });
  assert.equal(driver.sample(), undefined);
});

test("a result that was there before the mode is read away, and is no sample", () => {
  const bus = scripted("20 00", "10").answer("00", "10", "90", "98", "90", "98");
  const { time, driver } = opened(bus);
  time.advance(890);
  assert.deepEqual(bus.take().slice(-2), ["00>98", "02>02 6C 00 21 98 00 30 B1"]);
  assert.equal(driver.sample(), undefined);
  time.advance(110);
  assert.equal(driver.sample()?.carbonDioxideDetector?.CO2, 620);
});

test("with firmware 1.x, too, STATUS decides, because the copy lacks DATA_READY", () => {
  const bus = scripted("11 00", "10").answer("00", "10", "90", "90", "98");
  bus.answer("02", "02 6C 00 21 90 00 30 B1");
  const { time, driver } = opened(bus);
  time.advance(1_000);
  assert.equal(driver.sample()?.carbonDioxideDetector?.CO2, 620);
  assert.deepEqual(driver.applicationVersion, 0x1100);
});

test("writes humidity and temperature after the next sample, and only when they have changed", () => {
  const bus = scripted("20 00", "10").answer("00", "10", "90", "90", "98");
  const { time, driver } = opened(bus);
  time.advance(1_000);
  bus.take();
  driver.configure({ humidityPercent: 48.5, temperature: 23.5 });
  assert.deepEqual(bus.transactions, []);
  time.advance(1_000);
  assert.deepEqual(bus.take(), ["00>98", "02>02 6C 00 21 98 00 30 B1", "05 61 00 61 00"]);
  driver.configure({ humidityPercent: 48.5, temperature: 23.5 });
  time.advance(1_000);
  assert.deepEqual(bus.take(), ["00>98", "02>02 6C 00 21 98 00 30 B1"]);
});

test("naming only the humidity leaves the temperature as it was", () => {
  const bus = scripted("20 00", "10").answer("00", "10", "90", "90", "98");
  const { time, driver } = opened(bus, { humidityPercent: 65.2, temperature: 35.1 });
  time.advance(1_000);
  assert.ok(bus.take().includes("05 82 66 78 33"));
  driver.configure({ humidityPercent: 50 });
  time.advance(1_000);
  assert.ok(bus.take().includes("05 64 00 78 33"));
  driver.configure({ temperature: 25 });
  time.advance(1_000);
  assert.ok(bus.take().includes("05 64 00 64 00"));
});

test("writes thresholds before the mode, in four bytes or five", () => {
  const thresholds = { lowToMedium: 1_500, mediumToHigh: 2_500 };
  const two = scripted("20 00", "10").answer("00", "10", "90");
  opened(two, { thresholds }).time.advance(40);
  assert.deepEqual(two.transactions.slice(-4), ["01>00", "10 05 DC 09 C4", "01 10", "01>10"]);
  const one = scripted("11 00", "10").answer("00", "10", "90");
  opened(one, { thresholds }).time.advance(40);
  assert.deepEqual(one.transactions.slice(-4), ["01>00", "10 05 DC 09 C4 32", "01 10", "01>10"]);
});

test("takes over a sensor that is measuring: no reset, no start, no mode", () => {
  const bus = scripted("20 00", "10").answer("00", "98").answer("01", "10");
  const { time, driver } = opened(bus);
  time.advance(45);
  assert.deepEqual(bus.take(), ["00>98", ...identity, "24>20 00", "01>10", "05 64 00 64 00"]);
  assert.equal(driver.isAttached, true);
});

test("reads and clears ERROR_ID before the sample that it belongs to", () => {
  const bus = scripted("20 00", "10").answer("00", "10", "90", "90", "99", "98").answer("E0", "08");
  const { time, driver } = opened(bus);
  time.advance(1_000);
  assert.deepEqual(bus.transactions.slice(-3), ["00>99", "E0>08", "02>02 6C 00 21 98 00 30 B1"]);
  assert.deepEqual(driver.sample()?.faults, ["MAX_RESISTANCE"]);
});

test("reads and writes the baseline as two bytes that it does not touch", () => {
  const bus = scripted("20 00", "10").answer("00", "10", "90", "90", "98").answer("11", "A5 5A");
  const { time, driver } = opened(bus);
  assert.equal(driver.readBaseline(), undefined);
  assert.equal(driver.writeBaseline(Uint8Array.of(1, 2)), false);
  time.advance(10_000);
  assert.equal(driver.writeBaseline(Uint8Array.of(1, 2)), false);
  bus.take();
  assert.deepEqual([...(driver.readBaseline() ?? [])], [0xa5, 0x5a]);
  assert.deepEqual(bus.take(), ["11>A5 5A"]);
  time.advance(20 * 60_000);
  bus.take();
  assert.equal(driver.writeBaseline(Uint8Array.of(0xa5, 0x5a)), true);
  assert.deepEqual(bus.take(), ["11 A5 5A"]);
  assert.throws(() => driver.writeBaseline(Uint8Array.of(1)), /two bytes/);
});

test("close puts the sensor to rest and lets go of the bus", () => {
  const bus = scripted("20 00", "10").answer("00", "10", "90", "90", "98");
  const { time, driver } = opened(bus);
  time.advance(1_000);
  bus.take();
  driver.close();
  assert.deepEqual(bus.take(), ["01 00"]);
  assert.equal(bus.isClosed, true);
  assert.equal(time.pending, 0);
});

test("close leaves the sensor measuring when it is to keep running", () => {
  const bus = scripted("20 00", "10").answer("00", "10", "90", "90", "98");
  const { time, driver } = opened(bus);
  time.advance(1_000);
  driver.configure({ keepRunning: true });
  bus.take();
  driver.close();
  assert.deepEqual(bus.take(), []);
  assert.equal(bus.isClosed, true);
});

test("asks for the other address and another speed", () => {
  const bus = scripted("20 00", "10").answer("00", "10", "90");
  const time = new FakeTime();
  const sensor = { io: bus.io, data: 1, clock: 2, address: 0x5b, hz: 400_000 };
  new CCS811({ sensor, timers: time, clock: time }).close();
  assert.deepEqual(bus.opened, [{ data: 1, clock: 2, address: 0x5b, hz: 400_000 }]);
});
