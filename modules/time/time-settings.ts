// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { SettingList } from "../base/setting.ts";

// Letters, digits, hyphen, dot and the underscore that home networks use.
function isHostName(text: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(text);
}

function checkHosts(text: string): string | undefined {
  if (text === "" || text.split(",").every((part) => isHostName(part.trim()))) return undefined;
  return "takes host names or IPv4 addresses, comma separated";
}

/** The settings of the clock, by name. */
export const timeSettings = frozen({
  "time.server": {
    kind: "text",
    longest: 128,
    check: checkHosts,
    default: "pool.ntp.org",
    help: "SNTP servers that set the clock, comma separated",
  },
} as const) satisfies SettingList;
