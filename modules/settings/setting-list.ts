// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import { mqttSettings } from "./mqtt-settings.ts";
import type { Setting } from "./setting.ts";
import { wifiSettings } from "./wifi-settings.ts";

/** All settings of a board, by name. */
export const settingList = frozen({
  "board.id": {
    kind: "text",
    longest: 32,
    pattern: "topic-level",
    default: "",
    help: "id of the board in topics; empty: airpair- and the end of the MAC address",
  },
  "board.name": {
    kind: "text",
    longest: 32,
    default: "office_sensor",
    help: "name of the board in its readings",
  },
  ...wifiSettings,
  ...mqttSettings,
  "pair.peer": {
    kind: "text",
    longest: 32,
    pattern: "topic-level",
    default: "",
    help: "id of the other board; empty: none",
  },
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
  "baseline.max-age": {
    kind: "number",
    least: 1,
    most: 3650,
    default: 28,
    unit: "days",
    help: "a stored baseline of the CCS811 that is older is not used",
  },
  "console.format": {
    kind: "choice",
    choices: ["text", "json"],
    default: "text",
    live: true,
    help: "console output: lines for people or one JSON object per line",
  },
  "console.echo": {
    kind: "choice",
    choices: ["off", "on"],
    default: "on",
    live: true,
    help: "prompt and line editing on the console, from the first key on",
  },
  "log.level": {
    kind: "choice",
    choices: ["error", "warn", "info", "debug"],
    default: "info",
    live: true,
    help: "least important lines that are shown",
  },
  "remote.commands": {
    kind: "choice",
    choices: ["off", "on"],
    default: "off",
    help: "whether the board takes commands over MQTT",
  },
  "time.server": {
    kind: "text",
    longest: 128,
    pattern: "hosts",
    default: "pool.ntp.org",
    help: "SNTP servers that set the clock, comma separated",
  },
} as const) satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof settingList;

/** The type of a setting's value: number, one of the choices, or text. */
export type SettingValue<N extends SettingName> = (typeof settingList)[N] extends {
  readonly choices: readonly (infer Choice)[];
}
  ? Choice
  : (typeof settingList)[N]["kind"] extends "number"
    ? number
    : string;

/** The setting of that name, or undefined. */
export function findSetting(name: string): Setting | undefined {
  // Not by `settingList[name]`: XS keeps every name for ever that was once used as a property.
  const known = Object.keys(settingList).includes(name);
  return known ? settingList[name as SettingName] : undefined;
}
