// SPDX-License-Identifier: MIT

import type { Log } from "../base/log.ts";
import { padded } from "../base/text-width.ts";
import type { WiFiScanResult } from "../ecma-419/wifi.ts";

/** Width of the column with the names. */
const nameWidth = 24;

/** Shows the networks that were found, one line each. */
export function tellNetworks(
  log: Log,
  level: "info" | "debug",
  networks: readonly WiFiScanResult[],
): void {
  for (const { SSID, RSSI, channel, security } of networks) {
    const protection = security === undefined ? "" : `  ${security}`;
    const text = `  ${padded(SSID, nameWidth)} ${RSSI} dBm  channel ${channel}${protection}`;
    log({ level, part: "wifi", event: "found", text, data: { SSID, RSSI, channel, security } });
  }
}
