// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { GasValues, Reading } from "../../../../modules/air-quality/reading.ts";
import { remoteRefusal } from "../../../../modules/app/remote/remote-rules.ts";
import { CommandBench } from "../../../support/command-bench.ts";

const scd41: GasValues = {
  sensor: "SCD41 at 0x62",
  co2: 612,
  voc: undefined,
  AQI: undefined,
  marks: [],
};
const ens160: GasValues = {
  sensor: "ENS160 at 0x53",
  co2: 700,
  voc: 174,
  AQI: 2,
  marks: ["initial start-up"],
};

function benchWith(reading: Partial<Reading>): CommandBench {
  const bench = new CommandBench();
  bench.reading = reading as Reading;
  return bench;
}

test("co2 shows what each gas sensor says, best first", () => {
  const CCS811 = { ...ens160, sensor: "CCS811", AQI: undefined, marks: [] };
  const bench = benchWith({ co2: 612, sensors: [scd41, ens160, { ...CCS811, co2: undefined }] });
  assert.equal(
    bench.run("co2"),
    [
      "SCD41 at 0x62: 612 ppm",
      "ENS160 at 0x53: 700 ppm, 174 ppb, air quality 2 of 5, initial start-up",
      "CCS811: no co2, 174 ppb",
    ].join("\n"),
  );
});

test("co2 on a board with a CCS811 alone says what that is doing, and that nothing measures CO2", () => {
  const rest = "\nthere is no sensor that measures CO2";
  assert.equal(
    benchWith({ co2: 500 }).run("co2 status"),
    `CCS811: 500 ppm, an equivalent, measuring${rest}`,
  );
  assert.equal(benchWith({}).run("co2"), `CCS811: no value, measuring${rest}`);
  const gas = { marks: ["saturated"], current: 1, voltage: 1 };
  assert.equal(benchWith({ gas }).run("co2"), `CCS811: no value, saturated, measuring${rest}`);
});

test("co2 shows a gas sensor that is there and silent, behind those that speak", () => {
  const bench = benchWith({ co2: 700, sensors: [ens160] });
  bench.gasLines = ["ENS160 at 0x53: no value yet", "SCD41 at 0x62: no value yet"];
  assert.deepEqual(bench.run("co2").split("\n"), [
    "ENS160 at 0x53: 700 ppm, 174 ppb, air quality 2 of 5, initial start-up",
    "CCS811: no value, measuring",
    "SCD41 at 0x62: no value yet",
  ]);
});

test("co2 calibrate begins, and shows the result when it is there", () => {
  const bench = benchWith({ sensors: [{ ...scd41, co2: 560 }] });
  assert.match(bench.run("co2 calibrate 430"), /^calibrating to 430 ppm; the result is shown/);
  assert.deepEqual(bench.done, ["calibrate to 430 ppm"]);
  bench.onCalibrated?.(-130);
  assert.match(bench.port.output, /calibrated to 430 ppm: -130 ppm/);
  bench.onCalibrated?.(new Error("the sensor has not been calibrated"));
  assert.match(bench.port.output, /warning: the sensor has not been calibrated/);
});

test("a large correction needs a word more, and a bad value is refused with what is allowed", () => {
  const bench = benchWith({ sensors: [{ ...scd41, co2: 1_000 }] });
  assert.match(bench.run("co2 calibrate 420"), /it measures 1000 ppm, far from 420; .* force/);
  assert.deepEqual(bench.done, []);
  assert.match(bench.run("co2 calibrate 420 force"), /^calibrating/);
  for (const line of ["calibrate", "calibrate 399", "calibrate 2001", "calibrate 4e2"]) {
    assert.match(bench.run(`co2 ${line}`), /^error: co2 calibrate needs .* 400 to 2000 ppm/);
  }
  assert.match(bench.run("co2 calibrate 420 now"), /"now" is not force/);
  assert.match(bench.run("co2 calibrate 420 force x"), /"x" is too much/);
  assert.match(bench.run("co2 zero"), /co2 does not know "zero"/);
});

test("without a sensor that measures CO2 there is nothing to calibrate, nor before its first value", () => {
  assert.equal(
    benchWith({}).run("co2 calibrate 420"),
    "error: no sensor that measures CO2 speaks; co2 shows each gas sensor, i2c scan what there is",
  );
});

test("nobody far away can calibrate, and everybody may look", () => {
  assert.match(remoteRefusal("co2 calibrate 420") ?? "", /own console only/);
  assert.equal(remoteRefusal("co2"), undefined);
});
