// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { BME280 } from "../../../drivers/bme280/bme280.ts";
import { modelOf } from "../../../drivers/bme280/registers.ts";
import type { ClimateSensor, ClimateSensorOptions } from "../../../drivers/climate-sensor.ts";
import { BME280Chip } from "../../../hosts/virtual/chips/bme280.ts";
import { testClimateDriver } from "../climate-contract.ts";

testClimateDriver({
  part: "bme280",
  interval: 1_000,
  createChip: ({ time, air }) => new BME280Chip({ time, air, model: "BMP280" }),
  createDriver: (options) => new BME280(options) as unknown as ClimateSensor<ClimateSensorOptions>,
  corruptions: ["ones", 0x01, 0x80],
  tolerance: { temperature: 0.02, pressure: 5 },
});

test("the id tells the model, engineering samples included", () => {
  for (const id of [0x56, 0x57, 0x58]) assert.equal(modelOf(id), "BMP280");
  assert.equal(modelOf(0x60), "BME280");
  for (const id of [0x00, 0x50, 0x55, 0x61, 0xff]) assert.equal(modelOf(id), undefined);
});
