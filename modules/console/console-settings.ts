// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { SettingList } from "../base/setting.ts";

/** The settings of the console and of what it shows, by name. */
export const consoleSettings = frozen({
  "console.format": {
    kind: "choice",
    choices: ["text", "json"],
    default: "text",
    live: true,
    help: "console output: lines for people or one JSON object per line",
  },
  "console.echo": {
    kind: "choice",
    choices: ["off", "on"],
    default: "on",
    live: true,
    help: "prompt and line editing on the console, from the first key on",
  },
  "log.level": {
    kind: "choice",
    choices: ["error", "warn", "info", "debug"],
    default: "info",
    live: true,
    help: "least important lines that are shown",
  },
} as const) satisfies SettingList;
