// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { ClimateSensor, ClimateSensorOptions } from "../../../drivers/climate-sensor.ts";
import { humidityOf, temperatureOf } from "../../../drivers/hdc1080/conversion.ts";
import { HDC1080 } from "../../../drivers/hdc1080/hdc1080.ts";
import { HDC1080Chip, type HDC1080ChipOptions } from "../../../hosts/virtual/chips/hdc1080.ts";
import { seededRandom } from "../../support/random.ts";
import { ClimateBench, isNear } from "../climate-bench.ts";
import { testClimateDriver } from "../climate-contract.ts";

function rigOf(chipOptions: Partial<HDC1080ChipOptions> = {}) {
  const bench = new ClimateBench();
  const chip = new HDC1080Chip({ time: bench.time, air: bench.air, ...chipOptions });
  bench.bus.attach(chip);
  bench.time.advance(15);
  const driver = new HDC1080(bench.options);
  return { bench, chip, driver };
}

testClimateDriver({
  part: "hdc1080",
  interval: 2_000,
  createChip: (bench) => {
    const chip = new HDC1080Chip({ time: bench.time, air: bench.air });
    bench.time.advance(15);
    return chip;
  },
  createDriver: (options) => new HDC1080(options) as ClimateSensor<ClimateSensorOptions>,
  corruptions: ["ones", 0x01, 0x80, 0x40, 0x31, 0xff],
  // One bit of 14, and what two measurements that are compared may differ by.
  tolerance: { temperature: 0.5, humidity: 2 },
});

test("raw words give the values of the datasheet's formulas", () => {
  // Tests of LawrenceStanton/HDC1080.
  assert.equal(temperatureOf(0x1234).toFixed(4), "-28.2675");
  assert.equal(humidityOf(0x1234).toFixed(4), "7.1106");
  assert.equal(temperatureOf(0), -40);
  assert.equal(temperatureOf(0xffff).toFixed(3), "124.997");
  assert.equal(humidityOf(0xffff).toFixed(3), "99.998");
});

test("writes the bytes of the datasheet, with a stop between a measurement and its result", () => {
  const { bench, driver } = rigOf();
  bench.time.advance(1_000);
  assert.deepEqual(bench.takeTranscript(), [
    "W FE",
    "R 2",
    "W FF R 2",
    "W 02 10 00",
    "W 00",
    "R 4",
    "W 00",
    "R 4",
    "W 02 R 2",
  ]);
  assert.equal(driver.identification.model, "HDC1080");
  assert.ok(isNear(bench.last()?.thermometer?.temperature, 21.5, 0.01));
});

test("waits long enough for a chip that takes half as long again as usual", () => {
  const { bench, driver } = rigOf({ isSlow: true });
  bench.time.advance(60_000);
  assert.ok(bench.samples.length >= 29);
  assert.equal(driver.faults, 0);
});

test("words that mean nothing was measured are no values", () => {
  for (const words of [
    [0, 0],
    [0xffff, 0xffff],
    [0x6000, 0xffff],
  ] as const) {
    const { bench, chip } = rigOf();
    chip.force(words);
    bench.time.advance(60_000);
    assert.deepEqual(bench.samples, []);
    assert.deepEqual(bench.told, ["hdc1080/no-value"]);
  }
});

test("another configuration than its own is put right before a value is believed", () => {
  const { bench, chip } = rigOf();
  bench.time.advance(1_000);
  bench.samples.length = 0;
  // 11 bits and the heater, as another program may leave it.
  bench.bus.transfer(0x40, Uint8Array.of(0x02, 0x35, 0x00), 0);
  bench.time.advance(2_000);
  assert.equal(chip.configuration, 0x1000);
  assert.equal(bench.samples.length, 1);
});

test("at 5 % of NACKs it is not taken for another chip, and gives 99 % of its samples", () => {
  const { bench, driver } = rigOf();
  const random = seededRandom(7);
  bench.breaks = () => (random() < 0.05 ? { kind: "fail", fault: "nack-address" } : undefined);
  bench.time.advance(2 * 3_600_000);
  assert.ok(bench.samples.length >= 3_580, `${bench.samples.length} of 3600`);
  assert.ok(!bench.told.includes("hdc1080/wrong-id"), bench.told.join());
  const faults = bench.told.filter((code) => code !== "well").length;
  assert.ok(faults <= 60, `${faults}`);
  assert.ok(bench.samples.every(({ thermometer }) => isNear(thermometer?.temperature, 21.5, 0.01)));
  assert.equal(driver.identification.model, "HDC1080");
});

test("a chip that takes the question for the id and never answers it is no HDC1080", () => {
  const bench = new ClimateBench();
  bench.bus.attach({ address: 0x40, write: () => true, read: () => undefined });
  const driver = new HDC1080(bench.options);
  bench.time.advance(10_000);
  assert.deepEqual([bench.told, driver.state], [["hdc1080/wrong-id"], "wrong-id"]);
});
