// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { detailsText } from "../../../drivers/ccs811/ccs811-text.ts";
import { Bench } from "./ccs811-bench.ts";

test("before anything was read the details say so", () => {
  const bench = new Bench({ absent: true });
  const lines = detailsText(bench.open()).split("\n");
  assert.equal(lines[0], "mode 1, hardware unknown, boot loader unknown, firmware unknown");
  assert.equal(lines[1], "0 samples, 0 marked");
});

test("the details name versions, counts and the sensor's own errors", () => {
  const bench = new Bench({ chip: { firmware: "1.1.0" } });
  const driver = bench.open({ mode: 2 });
  bench.time.advance(120_000);
  bench.chip.registers.raise(0x02);
  bench.chip.hardwareFaults = 0x20;
  bench.time.advance(15_000);
  bench.chip.brownOut();
  bench.time.advance(15_000);
  const { readings, marked } = driver.counters;
  assert.deepEqual(detailsText(driver).split("\n"), [
    "mode 2, hardware 0x12, boot loader 1.0.0, firmware 1.1.0",
    `${readings} samples, ${marked} marked`,
    "0 bus faults, 0 stalls, 1 dropouts",
    "2 starts, 0 software resets, 0 pin resets, 0 bus clears",
    "errors of the sensor: READ_REG_INVALID 1, HEATER_SUPPLY 1",
  ]);
});
