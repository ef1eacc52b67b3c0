// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { Setting } from "./setting.ts";

/** The settings of Wi-Fi, by name. */
export const wifiSettings = frozen({
  "wifi.ssid": { kind: "text", longest: 32, default: "", help: "network to join" },
  "wifi.password": {
    kind: "text",
    longest: 64,
    pattern: "passphrase",
    default: "",
    secret: true,
    help: "password of the network, 8–63 bytes or 64 hex digits; empty: open network",
  },
  "wifi.2.ssid": { kind: "text", longest: 32, default: "", help: "second choice of network" },
  "wifi.2.password": {
    kind: "text",
    longest: 64,
    pattern: "passphrase",
    default: "",
    secret: true,
    help: "password of the second choice",
  },
  "wifi.3.ssid": { kind: "text", longest: 32, default: "", help: "third choice of network" },
  "wifi.3.password": {
    kind: "text",
    longest: 64,
    pattern: "passphrase",
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
} as const) satisfies Readonly<Record<string, Setting>>;
