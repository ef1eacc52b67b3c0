// SPDX-License-Identifier: MIT

import type { WiFi } from "../ecma-419/wifi.ts";

/**
 * Why the board is not online. "unknown": the access point was heard and joining it ended, and the
 * host cannot tell why; "roaming": on the way to a stronger network; "unset": no network is known.
 */
export type WiFiReason = NonNullable<WiFi["reason"]> | "unknown" | "roaming" | "unset";

/** What a user is told: what happened, and what to do. */
export const reasonTexts: Readonly<Record<WiFiReason, string>> = Object.freeze({
  password: "wrong password; check it in the settings",
  "not-found": "network not found; check its name and the distance to the access point",
  "no-address": "no address from the access point (DHCP)",
  lost: "connection lost",
  radio: "radio trouble",
  unknown: "could not join, though the network is there; check its password and the signal",
  roaming: "leaving for a stronger network",
  unset: "no network is set; wifi add sets one",
});
