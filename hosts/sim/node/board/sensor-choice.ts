// SPDX-License-Identifier: MIT

import { nearestName } from "../../../../modules/settings/nearest-name.ts";
import { Air } from "../../../virtual/air.ts";
import { AHT2xChip } from "../../../virtual/chips/aht2x.ts";
import { BH1750Chip } from "../../../virtual/chips/bh1750.ts";
import { BME280Chip } from "../../../virtual/chips/bme280.ts";
import { BMP180Chip } from "../../../virtual/chips/bmp180.ts";
import { CCS811Chip } from "../../../virtual/chips/ccs811.ts";
import { ENS160Chip } from "../../../virtual/chips/ens160.ts";
import { HDC1080Chip } from "../../../virtual/chips/hdc1080.ts";
import { SCD4xChip } from "../../../virtual/chips/scd4x.ts";
import { SHT3xChip } from "../../../virtual/chips/sht3x.ts";
import { Si7021Chip } from "../../../virtual/chips/si7021.ts";
import type { VirtualChip } from "../../../virtual/i2c-bus.ts";
import type { VirtualTime } from "../../../virtual/virtual-time.ts";
import { OptionError } from "../option-error.ts";

/** Where a chip is, and what makes it what it is. */
interface Surroundings {
  readonly time: VirtualTime;
  readonly air: Air;
  readonly seed: number;
}

/** The chips on I2C that a simulated board can have, by the names of the option `--sensors`. */
const chips: Readonly<Record<string, (around: Surroundings) => VirtualChip>> = {
  ccs811: (around) => new CCS811Chip(around),
  ens160: (around) => new ENS160Chip(around),
  scd40: (around) => new SCD4xChip({ ...around, model: "SCD40" }),
  scd41: (around) => new SCD4xChip({ ...around, model: "SCD41" }),
  bme280: (around) => new BME280Chip(around),
  bmp280: (around) => new BME280Chip({ ...around, model: "BMP280" }),
  bmp180: (around) => new BMP180Chip(around),
  sht31: (around) => new SHT3xChip(around),
  aht20: (around) => new AHT2xChip(around),
  aht21: (around) => new AHT2xChip(around),
  hdc1080: (around) => new HDC1080Chip(around),
  si7021: (around) => new Si7021Chip({ ...around, model: "Si7021" }),
  htu21d: (around) => new Si7021Chip({ ...around, model: "HTU21D" }),
  // The firmware has no driver for it: it is there for programs.
  bh1750: ({ time, air }) => new BH1750Chip({ time, light: air }),
};

/** The one that has a wire of its own. */
const wired = "dht22";

/** What a board has when nobody chooses. */
export const usualSensors: readonly string[] = ["ccs811", "bme280", wired];

/** All names, for help and for errors. */
export const sensorNames: readonly string[] = [...Object.keys(chips), wired];

/** `ccs811,bme280` as names. Throws OptionError for one that there is not, or two in one place. */
export function sensorsOf(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  if (names.length > 1 && names.includes("")) {
    throw new OptionError(`--sensors: a name is missing beside a comma in "${text}"`);
  }
  const unknown = names.find((name) => !sensorNames.includes(name));
  if (unknown !== undefined) throw unknownSensor(unknown);
  const double = names.find((name, at) => names.indexOf(name) !== at);
  if (double !== undefined) {
    throw new OptionError(`--sensors has ${double} twice, and a board one of it`);
  }
  const places = names.map((name) => (name === wired ? name : placeOf(name)));
  const index = places.findIndex((place, at) => places.indexOf(place) !== at);
  const other = names[places.indexOf(places[index] ?? "")];
  if (index >= 0) {
    throw new OptionError(
      `--sensors: ${other} and ${names[index]} cannot both be at ${places[index]}`,
    );
  }
  return names;
}

function unknownSensor(name: string): OptionError {
  const isList = name.split(/[ ;]+/).every((part) => sensorNames.includes(part));
  const nearest = nearestName(name, sensorNames);
  const meant = nearest === undefined ? "" : `; did you mean ${nearest}?`;
  const hint = isList ? "; put a comma between the names" : meant;
  return new OptionError(`--sensors takes some of ${sensorNames.join(",")}, not "${name}"${hint}`);
}

/** The chips of a board on its bus. */
export function chipsOf(names: readonly string[], around: Surroundings): readonly VirtualChip[] {
  return names.flatMap((name) => chips[name]?.(around) ?? []);
}

/** Whether there is a sensor on the wire for pulses. */
export function hasWired(names: readonly string[]): boolean {
  return names.includes(wired);
}

/** "0x62". */
function placeOf(name: string): string {
  const around = { time: { ticks: () => 0 }, air: new Air({ seed: 0 }), seed: 0 };
  return `0x${chips[name]?.(around).address.toString(16)}`;
}
