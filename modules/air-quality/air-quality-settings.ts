// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import { checkPin } from "../base/pin-text.ts";
import type { SettingList } from "../base/setting.ts";
import { checkThresholds } from "./gas-thresholds.ts";

/** The settings of the gas sensor and its baseline, by name. */
export const airQualitySettings = frozen({
  "ccs811.address": {
    kind: "choice",
    choices: ["0x5A", "0x5B"],
    default: "0x5A",
    help: "address of the CCS811: 0x5A with ADDR low, 0x5B with ADDR high",
  },
  "ccs811.mode": {
    kind: "number",
    least: 1,
    most: 3,
    default: 1,
    help: "drive mode of the CCS811: 1 a sample every second, 2 every 10 s, 3 every 60 s",
  },
  "ccs811.int": {
    kind: "text",
    longest: 8,
    check: checkPin,
    default: "",
    help: "pin to which nINT of the CCS811 is wired: it is read when it calls; empty: not wired",
  },
  "ccs811.thresholds": {
    kind: "text",
    longest: 17,
    check: checkThresholds,
    default: "",
    help: "co2 at which the air of the CCS811 becomes medium, and high, ppm: 1000,2000; empty: none",
  },
  "co2.mode": {
    kind: "choice",
    choices: ["periodic", "low-power"],
    default: "periodic",
    help: "how an SCD4x measures: periodic every 5 s, low-power every 30 s; a board that sleeps always takes low-power",
  },
  "co2.self-calibration": {
    kind: "choice",
    choices: ["on", "off"],
    default: "on",
    help: "on: an SCD4x takes the lowest CO2 of each week for fresh air, 400 ppm",
  },
  "baseline.max-age": {
    kind: "number",
    least: 1,
    most: 3650,
    default: 28,
    unit: "days",
    help: "a stored baseline of the CCS811 that is older is not used",
  },
  "climate.temperature.offset": {
    kind: "number",
    least: -20,
    most: 20,
    tenths: true,
    default: 0,
    unit: "°C",
    live: true,
    help: "added to every measured temperature, before compensation; -2.5 for a board that warms itself",
  },
  "climate.humidity.offset": {
    kind: "number",
    least: -50,
    most: 50,
    tenths: true,
    default: 0,
    unit: "percent",
    live: true,
    help: "added to every measured humidity, before compensation",
  },
  "climate.altitude": {
    kind: "number",
    least: -400,
    most: 9000,
    default: 0,
    unit: "m",
    live: true,
    help: "height above the sea; readings carry the pressure at sea level too; 0: they do not",
  },
  "reading.decimals": {
    kind: "number",
    least: 0,
    most: 1,
    default: 0,
    live: true,
    help: "decimals of temperature and humidity in published readings",
  },
} as const) satisfies SettingList;
