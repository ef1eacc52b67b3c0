// SPDX-License-Identifier: MIT

/** What kind of value a setting takes, with its limits. */
export type SettingKind =
  | { readonly kind: "text"; readonly longest: number; readonly pattern?: TextPattern }
  | { readonly kind: "number"; readonly least: number; readonly most: number }
  | { readonly kind: "choice"; readonly choices: readonly string[] };

/** Alphabets of text settings. "topic-level": one level of an MQTT topic, printable ASCII. */
export type TextPattern = "topic-level" | "topic" | "broker";

/** One setting: the source of validation, defaults, help and documentation. */
export type Setting = SettingKind & {
  /** Used where nothing is stored or given. */
  readonly default: string | number;
  readonly unit?: string;
  /** Never shown: not in logs, errors or answers. */
  readonly secret?: true;
  readonly help: string;
};

/** All settings of a board, by name. */
export const settingList = Object.freeze({
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
  "wifi.ssid": { kind: "text", longest: 32, default: "", help: "network to join" },
  "wifi.password": {
    kind: "text",
    longest: 64,
    default: "",
    secret: true,
    help: "password of the network; empty: open network",
  },
  "mqtt.broker": {
    kind: "text",
    longest: 128,
    pattern: "broker",
    default: "",
    help: "address of the broker, mqtt://host:port",
  },
  "mqtt.user": { kind: "text", longest: 128, default: "", help: "user name at the broker" },
  "mqtt.password": {
    kind: "text",
    longest: 128,
    default: "",
    secret: true,
    help: "password at the broker",
  },
  "mqtt.root": {
    kind: "text",
    longest: 64,
    pattern: "topic",
    default: "airpair",
    help: "first levels of all topics",
  },
  "mqtt.qos": {
    kind: "number",
    least: 0,
    most: 2,
    default: 1,
    help: "quality of service of published readings",
  },
  "mqtt.keepalive": {
    kind: "number",
    least: 5,
    most: 3600,
    default: 60,
    unit: "s",
    help: "longest silence before the link is tested",
  },
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
    help: "console output: lines for people or one JSON object per line",
  },
  "log.level": {
    kind: "choice",
    choices: ["error", "warn", "info", "debug"],
    default: "info",
    help: "least important lines that are shown",
  },
  "time.server": {
    kind: "text",
    longest: 128,
    default: "pool.ntp.org",
    help: "SNTP server that sets the clock",
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
