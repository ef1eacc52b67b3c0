// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import { ipv4Of } from "../base/ipv4.ts";
import type { SettingList } from "../base/setting.ts";
import { utf8LengthOf } from "../base/utf8.ts";

// What WPA takes.
function checkPassphrase(text: string): string | undefined {
  const length = utf8LengthOf(text);
  const isKey = length === 64 && /^[0-9A-Fa-f]{64}$/.test(text);
  if (text === "" || isKey || (length >= 8 && length < 64)) return undefined;
  return "takes 8 to 63 bytes, or 64 hex digits";
}

function checkAddress(text: string): string | undefined {
  if (text === "" || ipv4Of(text) !== undefined) return undefined;
  return "takes an address like 192.168.1.20";
}

function checkAddresses(text: string): string | undefined {
  if (text === "" || text.split(",").every((part) => ipv4Of(part.trim()) !== undefined)) {
    return undefined;
  }
  return "takes addresses like 192.168.1.1, comma separated";
}

/** The settings of Wi-Fi, by name. */
export const wifiSettings = frozen({
  "wifi.ssid": { kind: "text", longest: 32, default: "", help: "network to join" },
  "wifi.password": {
    kind: "text",
    longest: 64,
    check: checkPassphrase,
    default: "",
    secret: true,
    help: "password of the network, 8–63 bytes or 64 hex digits; empty: open network",
  },
  "wifi.2.ssid": { kind: "text", longest: 32, default: "", help: "second choice of network" },
  "wifi.2.password": {
    kind: "text",
    longest: 64,
    check: checkPassphrase,
    default: "",
    secret: true,
    help: "password of the second choice",
  },
  "wifi.3.ssid": { kind: "text", longest: 32, default: "", help: "third choice of network" },
  "wifi.3.password": {
    kind: "text",
    longest: 64,
    check: checkPassphrase,
    default: "",
    secret: true,
    help: "password of the third choice",
  },
  "wifi.address": {
    kind: "text",
    longest: 15,
    check: checkAddress,
    default: "",
    help: "fixed address of the board; empty: DHCP",
  },
  "wifi.mask": {
    kind: "text",
    longest: 15,
    check: checkAddress,
    default: "",
    help: "network mask of the fixed address",
  },
  "wifi.gateway": {
    kind: "text",
    longest: 15,
    check: checkAddress,
    default: "",
    help: "router for the fixed address",
  },
  "wifi.dns": {
    kind: "text",
    longest: 32,
    check: checkAddresses,
    default: "",
    help: "name servers for the fixed address, comma separated; empty: the router",
  },
  "wifi.antenna": {
    kind: "choice",
    choices: ["internal", "external"],
    default: "internal",
    help: "antenna of a board with a switch for it",
  },
  "wifi.reboot": {
    kind: "number",
    least: 0,
    most: 1440,
    default: 0,
    unit: "min",
    help: "time without a network after which the board starts again; 0: never",
  },
} as const) satisfies SettingList;
