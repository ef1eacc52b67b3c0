// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { SettingList } from "../base/setting.ts";

/** The settings of what the board publishes, by name. */
export const publishSettings = frozen({
  "publish.interval": {
    kind: "number",
    least: 1,
    most: 3600,
    default: 1,
    unit: "s",
    help: "longest time between two published readings",
  },
  "publish.floor": {
    kind: "number",
    least: 1,
    most: 3600,
    default: 1,
    unit: "s",
    help: "shortest time between two published readings",
  },
  "publish.co2": {
    kind: "number",
    least: 0,
    most: 10000,
    default: 0,
    unit: "ppm",
    help: "a larger change of co2 is published at once; 0: none",
  },
  "publish.voc": {
    kind: "number",
    least: 0,
    most: 10000,
    default: 0,
    unit: "ppb",
    help: "a larger change of voc is published at once; 0: none",
  },
  "publish.temperature": {
    kind: "number",
    least: 0,
    most: 50,
    default: 0,
    unit: "°C",
    help: "a larger change of a temperature is published at once; 0: none",
  },
  "publish.humidity": {
    kind: "number",
    least: 0,
    most: 100,
    default: 0,
    unit: "percent",
    help: "a larger change of humidity is published at once; 0: none",
  },
  "publish.plain": {
    kind: "choice",
    choices: ["on", "off"],
    default: "on",
    help: "off: readings go to the paired boards only, and not to everybody on the broker",
  },
  "publish.extended": {
    kind: "choice",
    choices: ["off", "on"],
    default: "off",
    help: "on: each published reading also goes out with the gas sensor's state, marks and versions",
  },
  "publish.health": {
    kind: "number",
    least: 0,
    most: 1440,
    default: 15,
    unit: "min",
    help: "time between two reports of how the board is: Wi-Fi, MQTT, memory; 0: none",
  },
} as const) satisfies SettingList;
