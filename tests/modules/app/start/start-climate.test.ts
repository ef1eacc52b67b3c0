// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { climateSensors } from "../../../../drivers/climate-list.ts";
import { DHT } from "../../../../drivers/dht/dht.ts";
import { BME280Chip } from "../../../../hosts/virtual/chips/bme280.ts";
import { DHTChip } from "../../../../hosts/virtual/chips/dht.ts";
import { SHT3xChip } from "../../../../hosts/virtual/chips/sht3x.ts";
import { createI2C } from "../../../../hosts/virtual/i2c.ts";
import { I2CBus } from "../../../../hosts/virtual/i2c-bus.ts";
import { createPulseSource } from "../../../../hosts/virtual/pulse-source.ts";
import { AirQualityStation } from "../../../../modules/air-quality/air-quality-station.ts";
import { ClimateSources } from "../../../../modules/air-quality/climate-sources.ts";
import type { Reading } from "../../../../modules/air-quality/reading.ts";
import { SharedBus } from "../../../../modules/app/i2c/shared-bus.ts";
import { RunningClimate } from "../../../../modules/app/start/start-climate.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { LogBook } from "../../../support/log-book.ts";

/** Three sensors in three places, told apart by their temperature. */
function build() {
  const time = new FakeTime();
  const bus = new I2CBus();
  const book = new LogBook();
  const airAt = (temperature: number) => ({
    at: () => ({ temperature, humidity: 40, pressure: 100_000 }),
  });
  const bme = new BME280Chip({ time, air: airAt(20) });
  const sht = new SHT3xChip({ time, air: airAt(30) });
  const dht = new DHTChip({ time, air: airAt(25) });
  bus.attach(bme);
  bus.attach(sht);
  const readings: Reading[] = [];
  const airs: { readonly humidityPercent: number; readonly temperature: number }[] = [];
  const station = new AirQualityStation({
    clock: time,
    timers: time,
    interval: 1_000,
  });
  station.subscribe({ onReading: (reading) => readings.push(reading) });
  station.start({ configure: (air) => airs.push(air) });
  const sources = new ClimateSources({
    clock: time,
    station,
    onSource: (role, source) => told.push(`${role}: ${source.name}`),
  });
  const told: string[] = [];
  const i2c = { io: createI2C(bus), data: 21, clock: 22 };
  const pulses = { io: createPulseSource({ chips: new Map([[4, dht]]), timers: time }), pin: 4 };
  const host = { clock: time, timers: time, board: { i2c, pulses } };
  const climate = new RunningClimate({
    bus: new SharedBus({ host, log: book.log, clear: () => true }),
    host,
    log: book.log,
    sources,
    kinds: climateSensors,
    gas: {
      identification: { model: undefined },
      state: "absent",
      address: 0x5a,
      addresses: [0x5a, 0x5b],
      moveTo: () => {},
    },
    openPulses: (options) => new DHT(options),
  });
  /** Whole degrees of the compensation that holds now. */
  const compensation = () => {
    const { humidityPercent = 0, temperature = 0 } = airs.at(-1) ?? {};
    return [Math.round(humidityPercent), Math.round(temperature)];
  };
  return { time, bme, sht, dht, book, readings, station, climate, told, compensation };
}

test("the best sensor compensates; when it falls silent the next one does, at last none", () => {
  const { time, bme, sht, dht, readings, told, compensation, book } = build();
  time.advance(10_000);
  assert.deepEqual(compensation(), [40, 30]);
  // The BME280 is the first to be done.
  assert.deepEqual(told, [
    "humidity: BME280 at 0x76",
    "pressure: BME280 at 0x76",
    "humidity: SHT3x at 0x44",
  ]);
  sht.defect = "absent";
  time.advance(40_000);
  assert.deepEqual(compensation(), [40, 25]);
  assert.equal(told.at(-1), "humidity: DHT22 at GPIO 4");
  dht.isAbsent = true;
  time.advance(40_000);
  assert.deepEqual(compensation(), [40, 20]);
  assert.equal(told.at(-1), "humidity: BME280 at 0x76");
  const { temperature, pressureTemperature, pressure } = readings.at(-1) ?? {};
  assert.equal(temperature, pressureTemperature);
  assert.ok(Math.abs((pressure ?? 0) - 100_000) < 10);
  bme.defect = "absent";
  time.advance(62_000);
  assert.deepEqual(compensation(), [50, 25]);
  assert.match(book.text, /warn the sensor does not answer/);
  sht.defect = undefined;
  time.advance(31_000);
  assert.deepEqual(compensation(), [40, 30]);
  assert.match(book.text, /info works again/);
});

test("closing frees every sensor and leaves no timer behind", () => {
  const { time, station, climate } = build();
  time.advance(5_000);
  climate.close();
  climate.close();
  station.close();
  assert.equal(time.pending, 0);
});
