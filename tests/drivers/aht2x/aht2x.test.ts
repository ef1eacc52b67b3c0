// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { AHT2x } from "../../../drivers/aht2x/aht2x.ts";
import { humidityOf, isWhole, temperatureOf } from "../../../drivers/aht2x/frame.ts";
import type { ClimateSensor, ClimateSensorOptions } from "../../../drivers/climate-sensor.ts";
import { AHT2xChip, type AHT2xChipOptions } from "../../../hosts/virtual/chips/aht2x.ts";
import { bytesOf } from "../../support/hex.ts";
import { ClimateBench, isNear } from "../climate-bench.ts";
import { testClimateDriver } from "../climate-contract.ts";

function rigOf(chipOptions: Partial<AHT2xChipOptions> = {}) {
  const bench = new ClimateBench();
  const chip = new AHT2xChip({ time: bench.time, air: bench.air, ...chipOptions });
  bench.bus.attach(chip);
  bench.time.advance(100);
  const driver = new AHT2x(bench.options);
  return { bench, chip, driver };
}

testClimateDriver({
  part: "aht2x",
  interval: 2_000,
  createChip: (bench) => {
    const chip = new AHT2xChip({ time: bench.time, air: bench.air });
    bench.time.advance(100);
    return chip;
  },
  createDriver: (options) => new AHT2x(options) as ClimateSensor<ClimateSensorOptions>,
  corruptions: ["ones", 0x01, 0x80, 0x31, 0xff],
  tolerance: { temperature: 0.001, humidity: 0.001 },
});

test("captured frames give the values of those who captured them", () => {
  for (const [hex, humidity, temperature] of [
    // Test of anglerud/aht20-driver; wiki of elixir-sensors/aht20; peff74/ESP_AHT20_BMP280.
    ["1C 65 B4 25 CD 26 C6", 39.73, 22.52],
    ["1C 26 9A 76 42 E7 76", 15.08, 28.27],
    ["18 93 AC 95 2A C5 B3", 57.69, 14.59],
  ] as const) {
    const frame = bytesOf(hex);
    assert.ok(isWhole(frame), hex);
    assert.equal(humidityOf(frame)?.toFixed(2), humidity.toFixed(2));
    assert.equal(temperatureOf(frame)?.toFixed(2), temperature.toFixed(2));
  }
});

test("the frames of a dead bus are not whole", () => {
  for (const byte of [0x00, 0xff]) assert.equal(isWhole(new Uint8Array(7).fill(byte)), false);
});

test("writes the bytes of the datasheet, and reads without a command", () => {
  const { bench, driver } = rigOf();
  bench.time.advance(1_000);
  assert.deepEqual(bench.takeTranscript(), ["W BA", "R 1", "W AC 33 00", "R 7"]);
  assert.equal(driver.identification.model, "AHT2x");
});

test("initialises a chip that comes without its calibration, after each brown-out too", () => {
  const { bench, chip } = rigOf({ isUncalibrated: true });
  bench.time.advance(1_000);
  assert.deepEqual(bench.takeTranscript(), ["W BA", "R 1", "W BE 08 00", "W AC 33 00", "R 7"]);
  chip.reset();
  bench.time.advance(10_000);
  assert.ok(bench.transcript.includes("W BE 08 00"));
  assert.ok(bench.samples.length >= 4);
  for (const { hygrometer } of bench.samples) assert.ok(isNear(hygrometer?.humidity, 45, 0.01));
  assert.deepEqual(bench.bus.violations, []);
});

test("the zeros of a chip that has measured nothing are no values", () => {
  const { bench, chip } = rigOf();
  chip.force([0, 0, 0, 0, 0]);
  bench.time.advance(60_000);
  assert.deepEqual(bench.samples, []);
  assert.deepEqual(bench.told, ["aht2x/no-value"]);
});

test("tells a chip that stays busy, and one whose checksums are wrong", () => {
  for (const [defect, code] of [
    ["stuck", "aht2x/busy"],
    ["checksum", "aht2x/checksum"],
  ] as const) {
    const { bench, chip } = rigOf();
    bench.time.advance(1_000);
    chip.defect = defect;
    bench.samples.length = 0;
    bench.time.advance(60_000);
    assert.deepEqual(bench.samples, []);
    assert.deepEqual(bench.told, [code]);
    chip.defect = undefined;
    bench.time.advance(31_000);
    assert.deepEqual(bench.told, [code, "well"]);
  }
});
