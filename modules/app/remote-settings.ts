// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { SettingList } from "../base/setting.ts";

/** The settings of commands over MQTT, by name. */
export const remoteSettings = frozen({
  "remote.commands": {
    kind: "choice",
    choices: ["off", "on"],
    default: "off",
    help: "whether the board takes commands over MQTT",
  },
  "remote.mqtt": {
    kind: "choice",
    choices: ["off", "on"],
    default: "off",
    help: "whether `mqtt pub`, `mqtt sub` and `mqtt unsub` are among them",
  },
  "remote.pair": {
    kind: "choice",
    choices: ["off", "on"],
    default: "off",
    help: "whether `pair`, `pairs` and `unpair` are among them, and its pairs are told on the topic pairs",
  },
} as const) satisfies SettingList;
