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
  const bench = benchWith({ co2: 612, sensors: [scd41, ens160, { ...ens160, co2: undefined }] });
  assert.equal(
    bench.run("co2"),
    [
      "SCD41 at 0x62: 612 ppm",
      "ENS160 at 0x53: 700 ppm, 174 ppb, air quality 2 of 5, initial start-up",
      "ENS160 at 0x53: no co2, 174 ppb, air quality 2 of 5, initial start-up",
    ].join("\n"),
  );
  assert.equal(
    benchWith({ co2: 500 }).run("co2 status"),
    "500 ppm, an equivalent; there is no sensor that measures CO2",
  );
  assert.match(benchWith({}).run("co2"), /^no value; there is no sensor/);
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

test("without a sensor that measures CO2 there is nothing to calibrate", () => {
  assert.match(benchWith({}).run("co2 calibrate 420"), /^error: there is no sensor that measures/);
});

test("nobody far away can calibrate, and everybody may look", () => {
  assert.match(remoteRefusal("co2 calibrate 420") ?? "", /own console only/);
  assert.equal(remoteRefusal("co2"), undefined);
});
