// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";

/** What kind of value a setting takes, with its limits. */
export type SettingKind =
  | { readonly kind: "text"; readonly longest: number; readonly pattern?: TextPattern }
  | { readonly kind: "number"; readonly least: number; readonly most: number }
  | { readonly kind: "choice"; readonly choices: readonly string[] };

/**
 * Alphabets of text settings. "topic-level": one level of an MQTT topic, printable ASCII. "ipv4":
 * dotted decimal form; "ipv4-list": several, comma separated.
 */
export type TextPattern = "topic-level" | "topic" | "broker" | "ipv4" | "ipv4-list";

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
  "wifi.ssid": { kind: "text", longest: 32, default: "", help: "network to join" },
  "wifi.password": {
    kind: "text",
    longest: 64,
    default: "",
    secret: true,
    help: "password of the network; empty: open network",
  },
  "wifi.2.ssid": { kind: "text", longest: 32, default: "", help: "second choice of network" },
  "wifi.2.password": {
    kind: "text",
    longest: 64,
    default: "",
    secret: true,
    help: "password of the second choice",
  },
  "wifi.3.ssid": { kind: "text", longest: 32, default: "", help: "third choice of network" },
  "wifi.3.password": {
    kind: "text",
    longest: 64,
    default: "",
    secret: true,
    help: "password of the third choice",
  },
  "wifi.address": {
    kind: "text",
    longest: 15,
    pattern: "ipv4",
    default: "",
    help: "fixed address of the board; empty: DHCP",
  },
  "wifi.mask": {
    kind: "text",
    longest: 15,
    pattern: "ipv4",
    default: "",
    help: "network mask of the fixed address",
  },
  "wifi.gateway": {
    kind: "text",
    longest: 15,
    pattern: "ipv4",
    default: "",
    help: "router for the fixed address",
  },
  "wifi.dns": {
    kind: "text",
    longest: 32,
    pattern: "ipv4-list",
    default: "",
    help: "name servers for the fixed address, comma separated; empty: the router",
  },
  "wifi.reboot": {
    kind: "number",
    least: 0,
    most: 1440,
    default: 0,
    unit: "min",
    help: "time without a network after which the board starts again; 0: never",
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
    help: "shortest time between two published readings",
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
