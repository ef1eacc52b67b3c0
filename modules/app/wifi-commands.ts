// SPDX-License-Identifier: MIT

import { AppError } from "../base/app-error.ts";
import type { Command } from "../console/command.ts";
import type { WiFiManager } from "../wifi/wifi-manager.ts";
import { wifiStatusText } from "../wifi/wifi-status.ts";

type CommandWiFi = Pick<WiFiManager, "status" | "networks" | "scan" | "start" | "stop">;

/** The `wifi` command. */
export function wifiCommands(wifi: CommandWiFi): readonly Command[] {
  return [
    {
      name: "wifi",
      help: "wifi status|scan|list|off|on",
      run: ([word = "status", ...more]) => run(wifi, more.length === 0 ? word : ""),
    },
  ];
}

function run(wifi: CommandWiFi, word: string): string {
  switch (word) {
    case "status":
      return wifiStatusText(wifi.status());
    case "scan":
      wifi.scan();
      return "scanning; the networks in range follow";
    case "list":
      return knownText(wifi);
    case "off":
      wifi.stop();
      return "Wi-Fi is off until `wifi on` or the next start";
    case "on":
      wifi.start();
      return "Wi-Fi is on";
    default:
      throw new AppError({
        code: "console/words",
        what: "wifi takes one of these words",
        why: "status, scan, list, off, on",
      });
  }
}

function knownText(wifi: CommandWiFi): string {
  const { networks } = wifi;
  if (networks.length === 0) return "no network is set; set wifi.ssid";
  const { SSID } = wifi.status();
  return networks
    .map((network, index) => {
      const mark = network.SSID === SSID ? "*" : " ";
      const security = network.password === "" ? "open" : "with password";
      return `${mark} ${index + 1}  ${network.SSID}  ${security}`;
    })
    .join("\n");
}
