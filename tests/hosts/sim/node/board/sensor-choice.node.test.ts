// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { sensorNames, sensorsOf } from "../../../../../hosts/sim/node/board/sensor-choice.ts";

/** What is said of a text that is refused. */
function refusalOf(text: string): string {
  let message = "";
  assert.throws(
    () => sensorsOf(text),
    (error: Error) => {
      message = error.message;
      return true;
    },
  );
  return message;
}

test("names of sensors come in any case, with spaces, and many at once", () => {
  assert.deepEqual(sensorsOf(" CCS811 , bme280,DHT22 "), ["ccs811", "bme280", "dht22"]);
  const many = ["ccs811", "ens160", "scd41", "bme280", "bmp180", "sht31", "aht21", "hdc1080"];
  assert.deepEqual(sensorsOf([...many, "dht22"].join(",")), [...many, "dht22"]);
});

test("a name that does not exist is answered with all, and with the one that was meant", () => {
  const all = sensorNames.join(",");
  assert.equal(
    refusalOf("ens-160,bme280"),
    `--sensors takes some of ${all}, not "ens-160"; did you mean ens160?`,
  );
  assert.match(refusalOf("ccs811,bme208"), /not "bme208"; did you mean bme280\?$/);
  assert.match(refusalOf("scd43"), /not "scd43"; did you mean scd4[01]\?$/);
  assert.match(refusalOf("sht30"), /did you mean sht31\?$/);
  assert.match(refusalOf("toString"), /not "tostring"$/);
  assert.match(refusalOf("ccs811 bme280"), /not "ccs811 bme280"; put a comma between the names$/);
});

test("a comma with nothing beside it, and no name at all, are told as such", () => {
  for (const text of ["ccs811,", ",ccs811", "ccs811,,bme280", ","]) {
    assert.equal(refusalOf(text), `--sensors: a name is missing beside a comma in "${text}"`, text);
  }
  assert.match(refusalOf(""), /^--sensors takes some of .*, not ""$/);
});

test("the same sensor twice, and two at one address, are told apart", () => {
  assert.equal(refusalOf("ccs811,ccs811"), "--sensors has ccs811 twice, and a board one of it");
  assert.equal(refusalOf("bme280,dht22,DHT22"), "--sensors has dht22 twice, and a board one of it");
  assert.equal(refusalOf("scd41,scd40"), "--sensors: scd41 and scd40 cannot both be at 0x62");
  assert.equal(refusalOf("si7021,htu21d"), "--sensors: si7021 and htu21d cannot both be at 0x40");
});
