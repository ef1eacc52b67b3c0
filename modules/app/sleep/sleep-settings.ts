// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { SettingList } from "../../base/setting.ts";

/** The settings of a board that sleeps, by name. */
export const sleepSettings = frozen({
  sleep: {
    kind: "number",
    least: 0,
    most: 1440,
    default: 0,
    unit: "min",
    help: "sleep between two readings, which takes hardly any current; 0: the board is always awake",
  },
} as const) satisfies SettingList;
