// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { ClimateSensor, ClimateSensorOptions } from "../../../drivers/climate-sensor.ts";
import { humidityOf, temperatureOf } from "../../../drivers/si7021/conversion.ts";
import { Si7021 } from "../../../drivers/si7021/si7021.ts";
import { Si7021Chip, type Si7021ChipOptions } from "../../../hosts/virtual/chips/si7021.ts";
import { ClimateBench, isNear } from "../climate-bench.ts";
import { testClimateDriver } from "../climate-contract.ts";

function rigOf(chipOptions: Partial<Si7021ChipOptions> = {}) {
  const bench = new ClimateBench();
  const chip = new Si7021Chip({ time: bench.time, air: bench.air, ...chipOptions });
  bench.bus.attach(chip);
  bench.time.advance(80);
  const driver = new Si7021(bench.options);
  return { bench, chip, driver };
}

for (const model of ["Si7021", "HTU21D"] as const) {
  testClimateDriver({
    part: "si7021",
    interval: 1_000,
    createChip: (bench) => {
      const chip = new Si7021Chip({ time: bench.time, air: bench.air, model });
      bench.time.advance(80);
      return chip;
    },
    createDriver: (options) => new Si7021(options) as ClimateSensor<ClimateSensorOptions>,
    corruptions: ["ones", 0x01, 0x80, 0x31, 0xff],
    tolerance: { temperature: 0.02, humidity: 0.02 },
  });
}

test("words give the values of those who have measured them", () => {
  // Tests of johkra/si7021_hal.
  assert.equal(temperatureOf(0x664c).toFixed(2), "23.37");
  assert.equal(humidityOf(0xa1a6, 25, 0).toFixed(2), "72.93");
  // HTU21D(F) May 2017: examples of the checksum.
  assert.equal(humidityOf(0x7c82, 25, 0.15).toFixed(2), "54.79");
  assert.equal(temperatureOf(0x4e85).toFixed(2), "7.04");
});

test("humidity is at most 100 percent and at least none", () => {
  assert.equal(humidityOf(0xfffe, 25, 0), 100);
  assert.equal(humidityOf(0x0002, 25, 0), 0);
  assert.equal(humidityOf(0x8002, 80, 0.15) - humidityOf(0x8002, 200, 0.15), 0);
});

test("writes the bytes of the datasheet, and the question for the id after the user register", () => {
  const { bench, driver } = rigOf();
  bench.time.advance(500);
  assert.deepEqual(bench.takeTranscript(), [
    "W FE",
    "W E7",
    "R 1",
    "W FC C9 R 6",
    "W F3",
    "R 3",
    "W F5",
    "R 3",
  ]);
  assert.equal(driver.identification.model, "Si7021");
});

test("asks no chip for its id whose user register is not that of the family", () => {
  const { bench, chip, driver } = rigOf();
  bench.bus.detach(chip);
  const written: string[] = [];
  bench.bus.attach({
    address: 0x40,
    write: (bytes) => {
      written.push([...bytes].join(" "));
      return true;
    },
    read: (n) => new Uint8Array(n).fill(0x11),
  });
  bench.time.advance(60_000);
  assert.equal(driver.state, "wrong-id");
  assert.deepEqual([...new Set(written)], ["254", "231"]);
});

test("zeros with the right checksum are no value, nor is the other quantity", () => {
  for (const words of [
    { temperature: 0, humidity: 0 },
    { temperature: 0x664e, humidity: 0xa1a6 },
    { temperature: 0x664c, humidity: 0xa1a4 },
  ]) {
    const { bench, chip } = rigOf();
    chip.force(words);
    bench.time.advance(60_000);
    assert.deepEqual(bench.samples, []);
    assert.deepEqual(bench.told, ["si7021/no-value"]);
  }
});

test("an HTU21D's humidity is corrected for the temperature", () => {
  const { bench, chip, driver } = rigOf({ model: "HTU21D" });
  bench.room.temperature = 5;
  bench.time.advance(5_000);
  assert.ok(isNear(bench.last()?.hygrometer?.humidity, 45, 0.02));
  assert.equal(driver.identification.model, "HTU21D");
  chip.defect = "checksum";
  bench.time.advance(30_000);
  assert.deepEqual(bench.told, ["si7021/checksum"]);
});

test("an HTU21D that does not know the question for its id is read with the longest times", () => {
  const { bench, driver } = rigOf({ model: "HTU21" });
  bench.time.advance(60_000);
  assert.ok(bench.samples.length >= 59);
  assert.ok(isNear(bench.last()?.hygrometer?.humidity, 45, 0.02));
  assert.equal(driver.identification.model, "HTU21/SHT21");
  assert.deepEqual(bench.told, []);
  assert.deepEqual(bench.bus.violations, []);
});
