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
} as const) satisfies SettingList;
