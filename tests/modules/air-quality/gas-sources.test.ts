// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { GasSample } from "../../../modules/air-quality/air-quality-station.ts";
import { GasSources } from "../../../modules/air-quality/gas-sources.ts";
import { FakeTime } from "../../support/fake-time.ts";

const scd41 = { name: "SCD41 at 0x62", measuresCO2: true };
const ens160 = { name: "ENS160 at 0x53" };

function build() {
  const time = new FakeTime();
  const sources = new GasSources(time);
  const measured = (CO2: number) =>
    sources.add(scd41, { carbonDioxideDetector: { CO2 }, ticks: time.ticks() });
  const computed = (CO2: number, tvoc: number, marks: readonly string[] = []) =>
    sources.add(ens160, {
      carbonDioxideDetector: { CO2 },
      vocDetector: { tvoc },
      airQuality: { AQI: 2 },
      marks,
      ticks: time.ticks(),
    });
  const ccs811 = (CO2: number, faults: readonly string[] = []): GasSample => ({
    carbonDioxideDetector: { CO2 },
    vocDetector: { tvoc: 30 },
    current: 12,
    voltage: 1.2,
    faults,
    ticks: time.ticks(),
  });
  return { time, sources, measured, computed, ccs811 };
}

test("CO2 that was measured comes before every equivalent, and VOC from who has it", () => {
  const { sources, measured, computed, ccs811 } = build();
  computed(900, 174);
  measured(612);
  const { co2, voc, sensors } = sources.valuesWith(ccs811(700));
  assert.deepEqual([co2, voc], [612, 174]);
  assert.deepEqual(sensors, [
    { sensor: "SCD41 at 0x62", co2: 612, voc: undefined, AQI: undefined, marks: [] },
    { sensor: "ENS160 at 0x53", co2: 900, voc: 174, AQI: 2, marks: [] },
    { sensor: "CCS811", co2: 700, voc: 30, AQI: undefined, marks: [] },
  ]);
});

test("of two equivalents the one without a mark counts", () => {
  const { sources, computed, ccs811 } = build();
  computed(900, 174, ["initial start-up"]);
  assert.equal(sources.valuesWith(ccs811(700)).co2, 700);
  assert.equal(sources.valuesWith(ccs811(700, ["run-in"])).co2, 900);
  computed(900, 174);
  assert.equal(sources.valuesWith(ccs811(700)).co2, 900);
});

test("a sensor that falls silent gives way after its own period", () => {
  const { time, sources, measured, computed } = build();
  for (let i = 0; i < 10; i++) {
    if (i % 5 === 2) measured(612);
    computed(900, 174);
    time.advance(1_000);
  }
  // The SCD41 has spoken 3 s ago, the ENS160 1 s ago.
  time.advance(2_900);
  assert.equal(sources.valuesWith(undefined).co2, 612);
  assert.equal(sources.valuesWith(undefined).sensors.length, 2);
  time.advance(1_000);
  assert.equal(sources.valuesWith(undefined).sensors.length, 1);
  time.advance(5_000);
  assert.deepEqual(sources.valuesWith(undefined), { co2: undefined, voc: undefined, sensors: [] });
  assert.equal(sources.isSpeaking, false);
});

test("a value that a sensor leaves out is missing, and its mark says why", () => {
  const { time, sources } = build();
  sources.add(ens160, { marks: ["warming up"], ticks: time.ticks() });
  const { co2, sensors } = sources.valuesWith(undefined);
  assert.equal(co2, undefined);
  assert.deepEqual(sensors[0]?.marks, ["warming up"]);
  assert.equal(sources.isSpeaking, true);
});

test("keeps a few sensors, and gives the place of a silent one to another", () => {
  const { time, sources } = build();
  const add = (n: number) => sources.add({ name: `${n}` }, { marks: [], ticks: time.ticks() });
  for (let i = 0; i < 20; i++) add(i);
  assert.equal(sources.valuesWith(undefined).sensors.length, 4);
  time.advance(60_000);
  for (let i = 20; i < 40; i++) add(i);
  assert.equal(sources.valuesWith(undefined).sensors.length, 4);
});

test("each is told the air that it depends on", () => {
  const { time, sources } = build();
  const told: unknown[] = [];
  const source = { ...ens160, compensate: (air: unknown) => told.push(air) };
  sources.add(source, { marks: [], ticks: time.ticks() });
  sources.compensate({ humidityPercent: 40, temperature: 21, pressure: undefined });
  assert.deepEqual(told, [{ humidityPercent: 40, temperature: 21, pressure: undefined }]);
});
