// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  AirQualityStation,
  type ClimateRole,
} from "../../../modules/air-quality/air-quality-station.ts";
import type { Reading } from "../../../modules/air-quality/reading.ts";
import { FakeTime } from "../../support/fake-time.ts";

interface Air {
  readonly humidityPercent: number;
  readonly temperature: number;
}

function build(interval = 1_000) {
  const time = new FakeTime();
  const readings: Reading[] = [];
  const sources: (ClimateRole | undefined)[] = [];
  const airs: Air[] = [];
  const station = new AirQualityStation({
    clock: time,
    timers: time,
    interval,
    onCompensation: (source) => sources.push(source),
  });
  station.subscribe({ onReading: (reading) => readings.push(reading) });
  station.start({ configure: (air) => airs.push(air) });
  const gas = (CO2: number) => {
    station.addGas({
      carbonDioxideDetector: { CO2 },
      vocDetector: { tvoc: 3 },
      current: 12,
      voltage: 1.2,
      faults: CO2 === 400 ? ["warming"] : [],
      ticks: time.ticks(),
    });
  };
  const humidity = () =>
    station.addClimate("humidity", {
      thermometer: { temperature: 21 },
      hygrometer: { humidity: 40 },
      ticks: time.ticks(),
    });
  const pressure = () =>
    station.addClimate("pressure", {
      thermometer: { temperature: 22 },
      barometer: { pressure: 100_000 },
      ticks: time.ticks(),
    });
  return { time, station, readings, sources, airs, gas, humidity, pressure };
}

test("each gas sample becomes one reading with the newest climate beside it", () => {
  const { time, readings, gas, humidity, pressure } = build();
  humidity();
  pressure();
  for (let i = 0; i < 3; i++) {
    gas(500 + i);
    time.advance(1_000);
  }
  assert.deepEqual(
    readings.map(({ co2 }) => co2),
    [500, 501, 502],
  );
  assert.equal(readings[0]?.pressure, 100_000);
  assert.equal(readings[0]?.humidityPercent, 40);
  assert.equal(readings[0]?.temperature, 21);
});

test("a reading carries the marks and the raw values of its gas sample", () => {
  const { time, readings, gas, humidity } = build();
  gas(400);
  time.advance(1_000);
  gas(500);
  humidity();
  time.advance(10_000);
  assert.deepEqual(readings[0]?.gas, { marks: ["warming"], current: 12, voltage: 1.2 });
  assert.deepEqual(readings[1]?.gas?.marks, []);
  assert.equal(readings.at(-1)?.gas, undefined);
});

test("every sample of a sensor whose clock is fast makes a reading, also one noticed early", () => {
  const { time, readings, gas } = build();
  for (let i = 0; i < 60; i++) {
    gas(500);
    time.advance(i % 2 === 0 ? 1_010 : 950);
  }
  assert.equal(readings.length, 60);
});

test("until the gas sensor speaks the climate is reported alone", () => {
  const { time, readings, gas, humidity } = build();
  humidity();
  time.advance(2_000);
  assert.deepEqual(
    readings.map(({ co2 }) => co2),
    [undefined, undefined],
  );
  time.advance(999);
  gas(500);
  time.advance(0);
  assert.equal(readings.at(-1)?.co2, 500);
});

test("gas samples faster than the interval do not make more readings", () => {
  const { time, readings, gas } = build(10_000);
  for (let i = 0; i < 40; i++) {
    gas(500 + i);
    time.advance(2_500);
  }
  assert.equal(readings.length, 10);
});

test("a silent gas sensor is left out instead of repeated, and the climate goes on", () => {
  const { time, readings, gas, humidity } = build();
  gas(600);
  for (let i = 0; i < 10; i++) {
    humidity();
    time.advance(1_000);
  }
  assert.ok(readings.length >= 7);
  assert.equal(readings.at(-1)?.co2, undefined);
  assert.equal(readings.at(-1)?.humidityPercent, 40);
});

test("a sample that is older than its period is missing, in any mode", () => {
  for (const [interval, fresh, old] of [
    [1_000, 2_000, 3_000],
    [10_000, 12_000, 13_000],
    [60_000, 67_000, 68_000],
  ] as const) {
    const { time, station, gas } = build(interval);
    gas(600);
    time.advance(fresh);
    assert.equal(station.reading.co2, 600);
    time.advance(old - fresh);
    assert.equal(station.reading.co2, undefined);
    assert.equal(station.reading.gas, undefined);
  }
});

test("a sample without values makes a reading that has only its marks", () => {
  const { time, station, readings } = build();
  const nothing = { carbonDioxideDetector: undefined, vocDetector: undefined };
  station.addGas({ ...nothing, current: 1, voltage: 1.65, faults: ["HEATER_FAULT"], ticks: 0 });
  time.advance(0);
  const [reading] = readings;
  assert.deepEqual([reading?.co2, reading?.voc], [undefined, undefined]);
  assert.deepEqual(reading?.gas?.marks, ["HEATER_FAULT"]);
});

test("with no sensor at all there is no reading", () => {
  const { time, readings } = build();
  time.advance(60_000);
  assert.equal(readings.length, 0);
});

test("the humidity sensor compensates, then the pressure sensor, then the standard air", () => {
  const { time, station, sources, airs, humidity, pressure } = build();
  pressure();
  assert.deepEqual(airs.at(-1), { humidityPercent: 50, temperature: 22 });
  humidity();
  assert.deepEqual(airs.at(-1), { humidityPercent: 40, temperature: 21 });
  time.advance(50_000);
  pressure();
  time.advance(11_000);
  assert.deepEqual(airs.at(-1), { humidityPercent: 50, temperature: 22 });
  time.advance(60_000);
  assert.deepEqual(airs.at(-1), { humidityPercent: 50, temperature: 25 });
  assert.deepEqual(sources, ["pressure", "humidity", "pressure", undefined]);
  station.close();
  assert.equal(time.pending, 0);
});

test("each observer is told of a reading in a turn of its own, in order, and none once it is closed", () => {
  const { time, station, readings, gas } = build();
  const told: string[] = [];
  for (const name of ["a", "b"]) {
    station.subscribe({ onReading: ({ co2 }) => told.push(`${name} ${co2} ${readings.length}`) });
  }
  gas(500);
  assert.deepEqual(told, []);
  assert.equal(time.pending, 2);
  time.advance(0);
  assert.deepEqual(told, ["a 500 1", "b 500 1"]);
  time.advance(1_000);
  gas(600);
  station.close();
  time.advance(1_000);
  assert.equal(told.length, 2);
  assert.equal(time.pending, 0);
});

test("a reading that comes while the one before is handed on still comes after it", () => {
  const { time, station, gas } = build(0);
  const told: (number | undefined)[] = [];
  station.subscribe({ onReading: ({ co2 }) => told.push(co2) });
  gas(500);
  gas(600);
  time.advance(0);
  station.close();
  assert.deepEqual(told, [500, 600]);
});

test("a station has room for eight observers", () => {
  const { station } = build();
  for (let i = 0; i < 7; i++) station.subscribe({ onReading: () => {} });
  assert.throws(() => station.subscribe({ onReading: () => {} }), RangeError);
});
