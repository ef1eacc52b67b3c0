// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { SettingList } from "../base/setting.ts";
import { checkTopicLevel } from "../mqtt/mqtt-settings.ts";

/** The settings of pairing, by name. */
export const pairingSettings = frozen({
  "pair.peer": {
    kind: "text",
    longest: 32,
    check: checkTopicLevel,
    default: "",
    help: "id of the other board; empty: none",
  },
} as const) satisfies SettingList;
