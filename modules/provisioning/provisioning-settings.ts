// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { SettingList } from "../base/setting.ts";
import { checkHttpAddress } from "../http/http-address.ts";

/** The settings of what sets up a board, by name. */
export const provisioningSettings = frozen({
  "improv.url": {
    kind: "text",
    longest: 200,
    check: checkHttpAddress,
    live: true,
    default: "",
    help: "page that a browser goes on to when it has set up Wi-Fi by Improv; empty: none",
  },
} as const) satisfies SettingList;
