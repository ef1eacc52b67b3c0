// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { SettingList } from "../base/setting.ts";
import { checkHttpAddress } from "../http/http-address.ts";

// Some phones take no other letters than those of ASCII.
function checkPassword(text: string): string | undefined {
  return text === "" || /^[!-~]{8,63}$/.test(text)
    ? undefined
    : "takes 8 to 63 printable ASCII characters without spaces";
}

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
  portal: {
    kind: "choice",
    choices: ["auto", "manual", "off"],
    live: true,
    default: "auto",
    help: "network of the board's own with a page that sets it up: auto: when no network is set, or none works for 10 min; manual: only when it is asked for; off: never",
  },
  "portal.security": {
    kind: "choice",
    choices: ["WPA2", "open"],
    live: true,
    default: "WPA2",
    help: "protection of that network; open: whoever is near may join, and read what is entered",
  },
  "portal.password": {
    kind: "text",
    longest: 63,
    check: checkPassword,
    live: true,
    default: "",
    secret: true,
    help: "its password, 8–63 characters; empty: the board makes one of its own, and shows it on its console",
  },
} as const) satisfies SettingList;
