// SPDX-License-Identifier: MIT

import { airQualitySettings } from "../air-quality/air-quality-settings.ts";
import { frozen } from "../base/frozen.ts";
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
