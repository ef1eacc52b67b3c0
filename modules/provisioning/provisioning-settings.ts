// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { SettingList } from "../base/setting.ts";
import { parseHttpAddress } from "../http/http-address.ts";

function checkAddress(text: string): string | undefined {
  const address = text === "" ? undefined : parseHttpAddress(text);
  if (typeof address !== "string") return undefined;
  return `takes https://host/path or http://host:port/path: ${address}`;
}

/** The settings of what sets up a board, by name. */
export const provisioningSettings = frozen({
  "improv.url": {
    kind: "text",
    longest: 200,
    check: checkAddress,
    live: true,
    default: "",
    help: "page that a browser goes on to when it has set up Wi-Fi by Improv; empty: none",
  },
} as const) satisfies SettingList;
