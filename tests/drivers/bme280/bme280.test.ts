// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { BME280, type BME280Options } from "../../../drivers/bme280/bme280.ts";
import type { ClimateSensor, ClimateSensorOptions } from "../../../drivers/climate-sensor.ts";
import { BME280Chip, type BME280ChipOptions } from "../../../hosts/virtual/chips/bme280.ts";
import { BME280Trimming, bme280Specimen } from "../../../hosts/virtual/chips/bme280-trimming.ts";
import { ClimateBench, isNear } from "../climate-bench.ts";
import { testClimateDriver } from "../climate-contract.ts";

function rigOf(chipOptions: Partial<BME280ChipOptions> = {}, options: Partial<BME280Options> = {}) {
  const bench = new ClimateBench();
  const chip = new BME280Chip({ time: bench.time, air: bench.air, ...chipOptions });
  bench.bus.attach(chip);
  return { bench, chip, driver: new BME280({ ...bench.options, ...options }) };
}

testClimateDriver({
  part: "bme280",
  interval: 1_000,
  createChip: ({ time, air }) => new BME280Chip({ time, air }),
  createDriver: (options) => new BME280(options) as unknown as ClimateSensor<ClimateSensorOptions>,
  corruptions: ["ones", 0x01, 0x80],
  tolerance: { temperature: 0.02, pressure: 5, humidity: 0.1 },
});

test("writes the bytes of the datasheet for a BME280", () => {
  const { bench } = rigOf();
  bench.time.step();
  assert.deepEqual(bench.takeTranscript(), ["W D0 R 1", "W E0 B6"]);
  bench.time.advance(900);
  assert.deepEqual(bench.takeTranscript(), [
    "W F3 R 1",
    "W 88 R 26",
    "W E1 R 7",
    "W 88 R 26",
    "W E1 R 7",
    "W F2 01 F5 00 F4 25",
    "W F3 R 12",
  ]);
  bench.time.advance(1_000);
  assert.deepEqual(bench.takeTranscript(), ["W F2 01 F5 00 F4 25", "W F3 R 12"]);
});

test("writes the bytes of the datasheet for a BMP280", () => {
  const { bench, driver } = rigOf({ model: "BMP280" });
  bench.time.step();
  assert.deepEqual(bench.takeTranscript(), ["W D0 R 1", "W E0 B6"]);
  bench.time.advance(900);
  assert.deepEqual(bench.takeTranscript(), [
    "W F3 R 1",
    "W 88 R 26",
    "W 88 R 26",
    "W F5 00 F4 25",
    "W F3 R 10",
  ]);
  assert.equal(driver.identification.model, "BMP280");
  assert.equal(bench.last()?.hygrometer, undefined);
  assert.ok(isNear(bench.last()?.barometer?.pressure, bench.room.pressure, 5));
  assert.deepEqual(bench.bus.violations, []);
});

test("writes settings with the next measurement and waits for as long as it takes", () => {
  const { bench, driver } = rigOf({ isSlow: true });
  bench.time.advance(900);
  driver.configure({
    temperatureOversampling: 2,
    pressureOversampling: 16,
    humidityOversampling: 16,
    filter: 16,
  });
  bench.takeTranscript();
  bench.time.advance(1_000);
  assert.deepEqual(bench.takeTranscript(), ["W F2 05 F5 10 F4 55", "W F3 R 12"]);
  assert.equal(bench.samples.length, 2);
  driver.configure({ temperatureOversampling: 16 });
  bench.time.advance(1_000);
  assert.deepEqual(bench.takeTranscript(), ["W F2 05 F5 10 F4 B5", "W F3 R 12"]);
  assert.deepEqual(bench.bus.violations, []);
});

test("leaves out what is not to be measured", () => {
  const { bench } = rigOf({}, { pressureOversampling: 0, humidityOversampling: 0 });
  bench.time.advance(900);
  assert.equal(bench.transcript.at(-2), "W F2 00 F5 00 F4 21");
  assert.deepEqual(Object.keys(bench.last() ?? {}).sort(), ["thermometer", "ticks"]);
});

test("refuses settings that the chip does not have, and changes nothing", () => {
  const bad: Partial<BME280Options>[] = [
    { temperatureOversampling: 0 },
    { temperatureOversampling: 3 },
    { pressureOversampling: 32 },
    { humidityOversampling: -1 },
    { filter: 1 },
    { filter: Number.NaN },
  ];
  const { bench, driver } = rigOf();
  for (const options of bad) {
    assert.throws(() => driver.configure({ filter: 2, interval: 500, ...options }), {
      code: "bme280/bad-option",
    });
    assert.throws(() => new BME280({ ...bench.options, ...options }), {
      code: "bme280/bad-option",
    });
  }
  bench.time.advance(1_900);
  assert.equal(bench.samples.length, 2);
  assert.equal(bench.transcript.at(-2), "W F2 01 F5 00 F4 25");
});

test("says which other chip answers on its address", () => {
  for (const [id, name] of [
    [0x55, /BMP180/],
    [0x61, /BME680/],
    [0x00, /0x00/],
    [0xff, /0xff/],
  ] as const) {
    const bench = new ClimateBench();
    const chip = { address: 0x76, write: () => true, read: () => Uint8Array.of(id) };
    bench.bus.attach(chip);
    const driver = new BME280(bench.options);
    bench.time.advance(60_000);
    assert.deepEqual(bench.told, ["bme280/wrong-id"]);
    assert.equal(driver.state, "wrong-id");
    assert.match(driver.fault?.message ?? "", name);
  }
});

test("takes the other address from the options", () => {
  const { bench, chip } = rigOf({ address: 0x76 });
  bench.bus.detach(chip);
  const second = new BME280Chip({ time: bench.time, air: bench.air, address: 0x77 });
  bench.bus.attach(second);
  const { sensor } = bench.options;
  new BME280({ ...bench.options, sensor: { ...sensor, address: 0x77 } });
  bench.time.advance(900);
  assert.equal(bench.samples.length, 1);
});

test("never gives the codes of a quantity that was skipped", () => {
  const { bench, chip, driver } = rigOf();
  chip.force({ pressure: 348_984, temperature: 530_427, humidity: undefined });
  bench.time.advance(900);
  assert.equal(bench.last()?.hygrometer, undefined);
  assert.ok(isNear(bench.last()?.barometer?.pressure, 99_621.07, 1));
  chip.force({ pressure: undefined, temperature: 530_427, humidity: 30_995 });
  bench.time.advance(1_000);
  assert.equal(bench.last()?.barometer, undefined);
  assert.ok(isNear(bench.last()?.hygrometer?.humidity, 54.17, 0.02));
  assert.equal(driver.faults, 0);
  chip.force({ pressure: 348_984, temperature: undefined, humidity: 30_995 });
  const before = bench.samples.length;
  bench.time.advance(3_000);
  assert.equal(bench.samples.length, before);
  assert.deepEqual(bench.told, ["bme280/no-value"]);
  chip.force(undefined);
  bench.time.advance(30_000);
  assert.deepEqual(bench.told, ["bme280/no-value", "well"]);
});

test("does not take a passing value for skipped that happens to be the code", () => {
  const { bench, chip, driver } = rigOf();
  bench.time.advance(900);
  chip.force({ pressure: 348_984, temperature: 530_427, humidity: 0x8000 });
  bench.time.advance(120);
  chip.force({ pressure: 348_984, temperature: 530_427, humidity: 30_995 });
  bench.time.advance(500);
  assert.ok(isNear(bench.last()?.hygrometer?.humidity, 54.17, 0.02));
  assert.equal(driver.faults, 0);
});

test("still air of just the temperature that the code for skipped stands for is measured", () => {
  const trimming = new BME280Trimming(bme280Specimen);
  const { bench, driver } = rigOf();
  bench.time.advance(900);
  const [coldest, warmest] = [0x80000, 0x80010].map((raw) => trimming.fine(raw) / 5_120);
  assert.ok(coldest !== undefined && warmest !== undefined);
  // The sixteenth that is the code with all bits, too, stays doubtful.
  for (let part = 2; part < 16; part++) {
    const temperature = coldest + ((warmest - coldest) * part) / 16;
    bench.room.temperature = temperature;
    const before = bench.samples.length;
    bench.time.advance(1_500);
    assert.ok(bench.samples.length > before, `${part}: ${bench.told}`);
    assert.ok(isNear(bench.last()?.thermometer?.temperature, temperature, 0.02));
  }
  assert.equal(driver.faults, 0);
});

test("refuses values outside of the sensor's range", () => {
  const { bench, chip } = rigOf();
  chip.force({ pressure: 348_984, temperature: 0xfffff, humidity: 30_995 });
  bench.time.advance(5_000);
  assert.deepEqual(bench.samples, []);
  assert.deepEqual(bench.told, ["bme280/out-of-range"]);
});

test("tells a chip that is never ready, and one without calibration", () => {
  for (const [defect, code] of [
    ["stuck", "bme280/busy"],
    ["blank", "bme280/no-calibration"],
  ] as const) {
    const { bench, chip } = rigOf();
    chip.defect = defect;
    bench.time.advance(60_000);
    assert.deepEqual(bench.told, [code]);
    assert.deepEqual(bench.samples, []);
    chip.defect = undefined;
    bench.time.advance(31_000);
    assert.deepEqual(bench.told, [code, "well"]);
    assert.ok(isNear(bench.last()?.thermometer?.temperature, 21.5, 0.02));
  }
});
