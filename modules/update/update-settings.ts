// SPDX-License-Identifier: MIT

import { fromBase64 } from "../base/base64.ts";
import { frozen } from "../base/frozen.ts";
import type { SettingList } from "../base/setting.ts";

/** The bytes of a public key on P-256: 4, x, y (SEC 1 section 2.3.3); undefined: it is none. */
export function updateKeyOf(text: string): Uint8Array | undefined {
  const bytes = fromBase64(text);
  return bytes?.length === 65 && bytes[0] === 4 ? bytes : undefined;
}

function checkKey(text: string): string | undefined {
  if (text === "" || updateKeyOf(text)) return undefined;
  return "takes a public key as npm run keys prints it";
}

/** The settings of updates, by name. */
export const updateSettings = frozen({
  "update.key": {
    kind: "text",
    longest: 88,
    check: checkKey,
    live: true,
    default: "",
    help: "public key that updates must be signed with, from npm run keys; empty: no updates",
  },
  "remote.update": {
    kind: "choice",
    choices: ["off", "on"],
    default: "off",
    help: "whether an update may be asked for over MQTT, on the topic update",
  },
} as const) satisfies SettingList;
