// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { ClimateSensor, ClimateSensorOptions } from "../../../drivers/climate-sensor.ts";
import { SHT3x, type SHT3xOptions } from "../../../drivers/sht3x/sht3x.ts";
import { SHT3xChip, type SHT3xChipOptions } from "../../../hosts/virtual/chips/sht3x.ts";
import { ClimateBench, isNear } from "../climate-bench.ts";
import { testClimateDriver } from "../climate-contract.ts";

function rigOf(chipOptions: Partial<SHT3xChipOptions> = {}, options: Partial<SHT3xOptions> = {}) {
  const bench = new ClimateBench();
  const chip = new SHT3xChip({ time: bench.time, air: bench.air, ...chipOptions });
  bench.bus.attach(chip);
  bench.time.advance(1);
  return { bench, chip, create: () => new SHT3x({ ...bench.options, ...options }) };
}

testClimateDriver({
  part: "sht3x",
  interval: 1_000,
  createChip: (bench) => {
    const chip = new SHT3xChip({ time: bench.time, air: bench.air });
    bench.time.advance(1);
    return chip;
  },
  createDriver: (options) => new SHT3x(options) as unknown as ClimateSensor<ClimateSensorOptions>,
  corruptions: ["ones", 0x01, 0x80, 0x31, 0xff],
  tolerance: { temperature: 0.01, humidity: 0.01 },
});

test("writes the bytes of the datasheet", () => {
  const { bench, create } = rigOf();
  const driver = create();
  bench.time.step();
  assert.deepEqual(bench.takeTranscript(), ["W F3 2D R 3", "W 30 A2"]);
  bench.time.advance(900);
  assert.deepEqual(bench.takeTranscript(), ["W 24 00", "R 6"]);
  assert.equal(driver.identification.model, "SHT3x");
});

test("takes less time for a measurement when it is told to", () => {
  for (const [repeatability, command] of [
    ["low", "W 24 16"],
    ["medium", "W 24 0B"],
    ["high", "W 24 00"],
  ] as const) {
    const { bench, create } = rigOf({ isSlow: true }, { repeatability });
    const driver = create();
    bench.time.advance(900);
    assert.deepEqual(bench.transcript.slice(-2), [command, "R 6"]);
    driver.configure({ repeatability: "high" });
    bench.time.advance(1_000);
    assert.deepEqual(bench.transcript.slice(-2), ["W 24 00", "R 6"]);
    assert.equal(driver.faults, 0);
    assert.deepEqual(bench.bus.violations, []);
  }
});

test("refuses a repeatability that the chip does not have", () => {
  const { bench, create } = rigOf();
  const driver = create();
  for (const repeatability of ["best", "", "toString"]) {
    const options = { repeatability } as unknown as SHT3xOptions;
    assert.throws(() => driver.configure(options), { code: "sht3x/bad-option" });
  }
  bench.time.advance(900);
  assert.equal(bench.samples.length, 1);
});

test("takes the other address from the options", () => {
  const { bench } = rigOf({ address: 0x45 });
  const { sensor } = bench.options;
  new SHT3x({ ...bench.options, sensor: { ...sensor, address: 0x45 } });
  bench.time.advance(900);
  assert.equal(bench.samples.length, 1);
});

test("measures from −45 °C to 130 °C and from dry to wet", () => {
  const { bench, chip, create } = rigOf();
  create();
  chip.force({ temperature: 0, humidity: 0xffff });
  bench.time.advance(900);
  assert.equal(bench.last()?.thermometer?.temperature, -45);
  assert.equal(bench.last()?.hygrometer?.humidity, 100);
  chip.force({ temperature: 0xffff, humidity: 0 });
  bench.time.advance(1_000);
  assert.equal(bench.last()?.thermometer?.temperature, 130);
  assert.equal(bench.last()?.hygrometer?.humidity, 0);
});

test("switches off a heater that somebody has left on", () => {
  const { bench, chip, create } = rigOf();
  bench.bus.transfer(0x44, Uint8Array.of(0x30, 0x6d), 0);
  assert.equal(chip.isHeating, true);
  create();
  bench.time.advance(10);
  assert.equal(chip.isHeating, false);
});

test("never gives a value whose checksum is wrong, in either word", () => {
  const { bench, chip, create } = rigOf();
  const driver = create();
  chip.defect = "checksum";
  bench.time.advance(60_000);
  assert.deepEqual(bench.samples, []);
  assert.deepEqual(bench.told, ["sht3x/checksum"]);
  assert.equal(driver.state, "fault");
  assert.throws(create, /in use/);
  driver.close();
  create();
  bench.time.advance(60_000);
  assert.deepEqual(bench.samples, []);
  assert.deepEqual(bench.told, ["sht3x/checksum", "sht3x/checksum"]);
});

test("tells a chip that is never done", () => {
  const { bench, chip, create } = rigOf();
  create();
  chip.defect = "stuck";
  bench.time.advance(60_000);
  assert.deepEqual(bench.told, ["sht3x/absent"]);
  chip.defect = undefined;
  bench.time.advance(31_000);
  assert.deepEqual(bench.told, ["sht3x/absent", "well"]);
  assert.ok(isNear(bench.last()?.thermometer?.temperature, 21.5, 0.01));
});
