// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { allSensors } from "../../hosts/sim/xs/sensors.ts";
import { AHT2xChip } from "../../hosts/virtual/chips/aht2x.ts";
import { BME280Chip } from "../../hosts/virtual/chips/bme280.ts";
import { BMP180Chip } from "../../hosts/virtual/chips/bmp180.ts";
import { ENS160Chip } from "../../hosts/virtual/chips/ens160.ts";
import { HDC1080Chip } from "../../hosts/virtual/chips/hdc1080.ts";
import { SCD4xChip } from "../../hosts/virtual/chips/scd4x.ts";
import { SHT3xChip } from "../../hosts/virtual/chips/sht3x.ts";
import { Si7021Chip } from "../../hosts/virtual/chips/si7021.ts";
import type { VirtualChip } from "../../hosts/virtual/i2c-bus.ts";
import { ClimateBench } from "./climate-bench.ts";

/** The drivers that take the address of a chip which has just been attached. */
function modelsFor(create: (bench: ClimateBench) => VirtualChip): string[] {
  const bench = new ClimateBench();
  const chip = create(bench);
  bench.bus.attach(chip);
  bench.time.advance(100);
  const models: string[] = [];
  for (const { addresses, open } of allSensors) {
    if (!(addresses as readonly number[]).includes(chip.address)) continue;
    const sensor = { ...bench.options.sensor, address: chip.address };
    const driver = open({ ...bench.options, sensor });
    bench.time.advance(1_000);
    const { model } = driver.identification;
    assert.equal(driver.state, model === undefined ? "wrong-id" : "ready");
    if (model !== undefined) models.push(model);
    driver.close();
  }
  return models;
}

test("each chip is taken by one driver of the list, at each of its addresses", () => {
  for (const address of [0x76, 0x77] as const) {
    for (const model of ["BME280", "BMP280"] as const) {
      const models = modelsFor(({ time, air }) => new BME280Chip({ time, air, address, model }));
      assert.deepEqual(models, [model]);
    }
  }
  for (const address of [0x44, 0x45] as const) {
    const models = modelsFor(({ time, air }) => new SHT3xChip({ time, air, address }));
    assert.deepEqual(models, ["SHT3x"]);
  }
  assert.deepEqual(
    modelsFor(({ time, air }) => new BMP180Chip({ time, air })),
    ["BMP180"],
  );
  assert.deepEqual(
    modelsFor(({ time, air }) => new AHT2xChip({ time, air })),
    ["AHT2x"],
  );
  assert.deepEqual(
    modelsFor(({ time, air }) => new HDC1080Chip({ time, air })),
    ["HDC1080"],
  );
  for (const [model, name] of [
    ["Si7021", "Si7021"],
    ["HTU21D", "HTU21D"],
    ["HTU21", "HTU21/SHT21"],
  ] as const) {
    assert.deepEqual(
      modelsFor(({ time, air }) => new Si7021Chip({ time, air, model })),
      [name],
    );
  }
  for (const address of [0x52, 0x53] as const) {
    const air = { at: () => ({ CO2: 600, tvoc: 60 }) };
    assert.deepEqual(
      modelsFor(({ time }) => new ENS160Chip({ time, air, address })),
      ["ENS160"],
    );
  }
  for (const model of ["SCD40", "SCD41"] as const) {
    assert.deepEqual(
      modelsFor(({ time, air }) => new SCD4xChip({ time, air, model })),
      [model],
    );
  }
});
