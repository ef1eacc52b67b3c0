// SPDX-License-Identifier: MIT

import { airQualitySettings } from "../air-quality/air-quality-settings.ts";
import { frozen } from "../base/frozen.ts";
import { checkLED, checkPin } from "../base/pin-text.ts";
import { type Setting, type SettingList, settingIn } from "../base/setting.ts";
import { cloudSettings } from "../cloud/cloud-settings.ts";
import { consoleSettings } from "../console/console-settings.ts";
import { checkTopicLevel, mqttSettings } from "../mqtt/mqtt-settings.ts";
import { pairingSettings } from "../pairing/pairing-settings.ts";
import { provisioningSettings } from "../provisioning/provisioning-settings.ts";
import { rulesSettings } from "../rules/rules-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { timeSettings } from "../time/time-settings.ts";
import { updateSettings } from "../update/update-settings.ts";
import { webhookSettings } from "../webhook/webhook-settings.ts";
import { wifiSettings } from "../wifi/wifi-settings.ts";
import { publishSettings } from "./publish-settings.ts";
import { remoteSettings } from "./remote-settings.ts";
import { sleepSettings } from "./sleep/sleep-settings.ts";

/** All settings of a board, by name: its own, and those of its parts. */
export const settingList = frozen({
  "board.id": {
    kind: "text",
    longest: 32,
    check: checkTopicLevel,
    default: "",
    help: "id of the board in topics; empty: airpair- and the end of the MAC address",
  },
  "board.name": {
    kind: "text",
    longest: 32,
    default: "office_sensor",
    help: "name of the board in its readings",
  },
  "board.led": {
    kind: "text",
    longest: 6,
    check: checkLED,
    default: "",
    help: "pin of an LED: quick while the board joins, on when online, slow in trouble; 2 low: other way round; 2 rgb: WS2812",
  },
  "board.button": {
    kind: "text",
    longest: 6,
    check: checkPin,
    default: "",
    help: "pin of a button to ground; held for 2 s: the portal, or, on a network, a code for a pair",
  },
  "i2c.sda": {
    kind: "text",
    longest: 6,
    check: checkPin,
    default: "",
    help: "pin of SDA; empty: the usual",
  },
  "i2c.scl": {
    kind: "text",
    longest: 6,
    check: checkPin,
    default: "",
    help: "pin of SCL; empty: the usual",
  },
  ...wifiSettings,
  ...provisioningSettings,
  ...mqttSettings,
  ...pairingSettings,
  ...publishSettings,
  ...sleepSettings,
  ...airQualitySettings,
  ...rulesSettings,
  ...webhookSettings,
  ...cloudSettings,
  ...consoleSettings,
  ...remoteSettings,
  ...timeSettings,
  ...updateSettings,
} as const) satisfies SettingList;

export type SettingName = keyof typeof settingList;

/** The settings of a board, with their types. */
export type BoardSettings = Settings<typeof settingList>;

/** The setting of that name, or undefined. */
export function findSetting(name: string): Setting | undefined {
  return settingIn(settingList, name);
}
