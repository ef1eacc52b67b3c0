// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { BMP180, type BMP180Options } from "../../../drivers/bmp180/bmp180.ts";
import type { ClimateSensor, ClimateSensorOptions } from "../../../drivers/climate-sensor.ts";
import { BMP180Chip, type BMP180ChipOptions } from "../../../hosts/virtual/chips/bmp180.ts";
import { ClimateBench, isNear } from "../climate-bench.ts";
import { testClimateDriver } from "../climate-contract.ts";

function rigOf(chipOptions: Partial<BMP180ChipOptions> = {}, options: Partial<BMP180Options> = {}) {
  const bench = new ClimateBench();
  const chip = new BMP180Chip({ time: bench.time, air: bench.air, ...chipOptions });
  bench.bus.attach(chip);
  return { bench, chip, driver: new BMP180({ ...bench.options, ...options }) };
}

testClimateDriver({
  part: "bmp180",
  interval: 1_000,
  createChip: ({ time, air }) => new BMP180Chip({ time, air }),
  createDriver: (options) => new BMP180(options) as unknown as ClimateSensor<ClimateSensorOptions>,
  corruptions: ["ones", 0x01, 0x80],
  tolerance: { temperature: 0.1, pressure: 10 },
});

test("writes the bytes of the datasheet", () => {
  const { bench, driver } = rigOf();
  bench.time.step();
  assert.deepEqual(bench.takeTranscript(), ["W D0 R 1", "W E0 B6"]);
  bench.time.advance(900);
  assert.deepEqual(bench.takeTranscript(), [
    "W AA R 22",
    "W AA R 22",
    "W F4 2E",
    "W F4 R 5",
    "W F4 34",
    "W F4 R 5",
  ]);
  assert.equal(driver.identification.model, "BMP180");
});

test("gives the values of the datasheet's example", () => {
  const { bench, chip } = rigOf();
  chip.force({ temperature: 27_898, pressure: 23_843 });
  bench.time.advance(900);
  assert.equal(bench.last()?.thermometer?.temperature, 15);
  assert.equal(bench.last()?.barometer?.pressure, 69_964);
});

test("takes more samples for a pressure when it is told to, and waits for them", () => {
  for (const [samples, command] of [
    [1, "34"],
    [2, "74"],
    [4, "B4"],
    [8, "F4"],
  ] as const) {
    const { bench, driver } = rigOf({ isSlow: true });
    driver.configure({ pressureOversampling: samples });
    bench.time.advance(900);
    assert.equal(bench.transcript.at(-2), `W F4 ${command}`);
    assert.ok(isNear(bench.last()?.barometer?.pressure, bench.room.pressure, 10));
    assert.equal(driver.faults, 0);
    assert.deepEqual(bench.bus.violations, []);
  }
});

test("a change of oversampling between temperature and pressure spoils neither", () => {
  const { bench, driver } = rigOf();
  for (let i = 0; i < 40; i++) {
    driver.configure({ pressureOversampling: [1, 2, 4, 8][i % 4] ?? 1 });
    assert.ok(bench.time.step());
  }
  assert.ok(bench.samples.length >= 8);
  for (const { barometer } of bench.samples) {
    assert.ok(isNear(barometer?.pressure, bench.room.pressure, 10));
  }
  assert.deepEqual(bench.bus.violations, []);
});

test("refuses an oversampling that the chip does not have, and changes nothing", () => {
  const { bench, driver } = rigOf();
  for (const pressureOversampling of [0, 3, 16, Number.NaN]) {
    assert.throws(() => driver.configure({ pressureOversampling, interval: 500 }), {
      code: "bmp180/bad-option",
    });
    assert.throws(() => new BMP180({ ...bench.options, pressureOversampling }), {
      code: "bmp180/bad-option",
    });
  }
  bench.time.advance(1_900);
  assert.equal(bench.samples.length, 2);
});

test("measures below zero and refuses what is outside of the sensor's range", () => {
  const { bench, chip } = rigOf();
  bench.room.temperature = -12.1;
  bench.time.advance(900);
  assert.ok(isNear(bench.last()?.thermometer?.temperature, -12.1, 0.1));
  chip.force({ temperature: 0xffff });
  bench.samples.length = 0;
  bench.time.advance(5_000);
  chip.force({ pressure: 0 });
  bench.time.advance(60_000);
  assert.deepEqual(bench.samples, []);
  assert.deepEqual(bench.told, ["bmp180/out-of-range"]);
});

test("does not take another chip on its address for a BMP180", () => {
  for (const id of [0x60, 0x58, 0x00, 0xff]) {
    const bench = new ClimateBench();
    bench.bus.attach({ address: 0x77, write: () => true, read: () => Uint8Array.of(id) });
    const driver = new BMP180(bench.options);
    bench.time.advance(60_000);
    assert.deepEqual(bench.told, ["bmp180/wrong-id"]);
    assert.equal(driver.state, "wrong-id");
  }
});

test("tells a chip that is never ready, and one without calibration", () => {
  for (const [defect, code] of [
    ["stuck", "bmp180/busy"],
    ["blank", "bmp180/no-calibration"],
  ] as const) {
    const { bench, chip } = rigOf();
    chip.defect = defect;
    bench.time.advance(60_000);
    assert.deepEqual(bench.told, [code]);
    assert.deepEqual(bench.samples, []);
    chip.defect = undefined;
    bench.time.advance(31_000);
    assert.deepEqual(bench.told, [code, "well"]);
    assert.ok(isNear(bench.last()?.thermometer?.temperature, 21.5, 0.1));
  }
});
