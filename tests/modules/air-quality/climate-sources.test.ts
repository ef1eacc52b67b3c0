// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  type ClimateSource,
  ClimateSources,
} from "../../../modules/air-quality/climate-sources.ts";
import { FakeTime } from "../../support/fake-time.ts";

const bme: ClimateSource = { name: "BME280", rank: 1 };
const second: ClimateSource = { name: "BME280 too", rank: 1 };
const dht: ClimateSource = { name: "DHT", rank: 2 };
const sht: ClimateSource = { name: "SHT3x", rank: 3 };
const bmp: ClimateSource = { name: "BMP180", rank: 0 };

function build() {
  const time = new FakeTime();
  /** "humidity 21": role and temperature. */
  const samples: string[] = [];
  /** "humidity DHT". */
  const changes: string[] = [];
  const sources = new ClimateSources({
    clock: time,
    station: {
      addClimate: (role, sample) => samples.push(`${role} ${sample.thermometer?.temperature}`),
      addOtherGas: (source) => samples.push(`gas ${source.name}`),
    },
    onSource: (role, source) => changes.push(`${role} ${source.name}`),
  });
  const speak = (source: ClimateSource, temperature: number) => {
    const hasHumidity = source !== bmp;
    const hasPressure = source === bmp || source === bme || source === second;
    sources.add(source, {
      thermometer: { temperature },
      ...(hasHumidity && { hygrometer: { humidity: 40 } }),
      ...(hasPressure && { barometer: { pressure: 100_000 } }),
      ticks: time.ticks(),
    });
  };
  return { time, sources, samples, changes, speak };
}

test("a sensor that measures both fills both places while it is alone", () => {
  const { samples, changes, speak, sources } = build();
  speak(bme, 21);
  assert.deepEqual(changes, ["humidity BME280", "pressure BME280"]);
  assert.deepEqual(samples, ["humidity 21", "pressure 21"]);
  assert.equal(sources.sourceOf("humidity"), bme);
});

test("a better humidity sensor takes its place, and the pressure stays where it is", () => {
  const { samples, changes, speak } = build();
  for (const source of [bme, dht, sht, bme, dht, sht]) speak(source, source.rank);
  assert.deepEqual(changes.slice(2), ["humidity DHT", "humidity SHT3x"]);
  assert.deepEqual(samples.slice(2), ["humidity 2", "humidity 3", "pressure 1", "humidity 3"]);
});

test("a worse one is taken when the better has been silent for long, and given up at its return", () => {
  const { time, changes, speak } = build();
  speak(sht, 21);
  for (let second = 0; second < 30; second++) {
    speak(bme, 22);
    time.advance(1_000);
  }
  assert.deepEqual(changes, ["humidity SHT3x", "pressure BME280"]);
  time.advance(1);
  speak(bme, 22);
  assert.equal(changes.at(-1), "humidity BME280");
  speak(sht, 21);
  assert.equal(changes.at(-1), "humidity SHT3x");
});

test("of two equals the first stays", () => {
  const { changes, samples, speak } = build();
  speak(bme, 21);
  speak(second, 30);
  assert.equal(changes.length, 2);
  assert.ok(samples.every((line) => line.endsWith(" 21")));
});

test("a sensor without humidity never gives any", () => {
  const { changes, samples, speak, sources } = build();
  speak(bmp, 20);
  assert.deepEqual(changes, ["pressure BMP180"]);
  assert.deepEqual(samples, ["pressure 20"]);
  assert.equal(sources.sourceOf("humidity"), undefined);
});

test("a gas sensor's samples are handed on whatever its place, and fill none by themselves", () => {
  const { time, sources, samples, changes } = build();
  const ticks = time.ticks();
  sources.add(bmp, { marks: ["warming up"], ticks });
  sources.add(bme, {
    carbonDioxideDetector: { CO2: 600 },
    thermometer: { temperature: 21 },
    hygrometer: { humidity: 40 },
    ticks,
  });
  assert.deepEqual(samples, ["gas BMP180", "gas BME280", "humidity 21"]);
  assert.deepEqual(changes, ["humidity BME280"]);
});
