// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";

/** What kind of value a setting takes, with its limits; `longest` counts bytes of UTF-8. */
export type SettingKind =
  | { readonly kind: "text"; readonly longest: number; readonly pattern?: TextPattern }
  | { readonly kind: "number"; readonly least: number; readonly most: number }
  | { readonly kind: "choice"; readonly choices: readonly string[] };

/**
 * Forms of text settings. "topic-level": one level of an MQTT topic, printable ASCII; "passphrase":
 * what WPA takes, 8 to 63 bytes or 64 hex digits.
 */
export type TextPattern = "topic-level" | "topic" | "brokers" | "host" | "passphrase";

/** One setting: the source of validation, defaults, help and documentation. */
export type Setting = SettingKind & {
  /** Used where nothing is stored or given. */
  readonly default: string | number;
  readonly unit?: string;
  /** Never shown: not in logs, errors or answers. */
  readonly secret?: true;
  /** A change holds at once; without it, after the next start. */
  readonly live?: true;
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
    pattern: "passphrase",
    default: "",
    secret: true,
    help: "password of the network, 8–63 bytes or 64 hex digits; empty: open network",
  },
  "mqtt.broker": {
    kind: "text",
    longest: 256,
    pattern: "brokers",
    default: "",
    help: "address of the broker, mqtt://host:port or mqtts://host:port; several with commas: tried in turn",
  },
  "mqtt.user": { kind: "text", longest: 128, default: "", help: "user name at the broker" },
  "mqtt.password": {
    kind: "text",
    longest: 128,
    default: "",
    secret: true,
    help: "password at the broker",
  },
  "mqtt.ca": {
    kind: "text",
    longest: 4_000,
    default: "",
    help: "for mqtts://: certificate of the authority that signed the broker's, base64 of DER",
  },
  "mqtt.cert": {
    kind: "text",
    longest: 4_000,
    default: "",
    help: "for mqtts://: certificate of the board, if the broker asks for one, base64 of DER",
  },
  "mqtt.key": {
    kind: "text",
    longest: 4_000,
    default: "",
    secret: true,
    help: "private key of `mqtt.cert`, base64 of DER (PKCS#8)",
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
  "mqtt.sys": {
    kind: "choice",
    choices: ["off", "on"],
    default: "off",
    help: "show what the broker tells of itself below `$SYS`: clients, messages, uptime",
  },
  "mqtt.spread": {
    kind: "number",
    least: 4,
    most: 120,
    default: 60,
    unit: "s",
    help: "longest wait after a lost connection: 60 for 1,000 boards, 4 for a few",
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
  "log.level": {
    kind: "choice",
    choices: ["error", "warn", "info", "debug"],
    default: "info",
    live: true,
    help: "least important lines that are shown",
  },
  "time.server": {
    kind: "text",
    longest: 128,
    pattern: "host",
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
