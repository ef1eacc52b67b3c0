// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { Command } from "../console/command.ts";
import { UsageError } from "../console/command-error.ts";
import { checkCount } from "../console/command-words.ts";
import type { WiFiManager } from "../wifi/wifi-manager.ts";
import { wifiStatusText } from "../wifi/wifi-status.ts";

/** What the command looks at and acts on. */
export interface WiFiView {
  readonly wifi: Pick<WiFiManager, "status" | "networks" | "scan" | "start" | "stop">;
}

/** The `wifi` command. */
export const wifiCommand: Command<WiFiView> = frozen({
  name: "wifi",
  help: "the network, and those in range",
  usage: "[status | scan | list | off | on]",
  details: [
    "status  network, address, signal, counters and the last trouble",
    "scan    the networks in range, strongest first",
    "list    the networks that are set; * marks the one in use",
    "off     leaves the network, until wifi on or the next start",
  ].join("\n"),
  run: (words, { wifi }) => {
    checkCount(words, 1);
    return answer(wifi, words[0] ?? "status");
  },
  complete: (words) => (words.length === 0 ? ["status", "scan", "list", "off", "on"] : []),
});

function answer(wifi: WiFiView["wifi"], word: string): string {
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
      return "Wi-Fi is off until wifi on or the next start";
    case "on":
      wifi.start();
      return "Wi-Fi is on";
    default:
      throw new UsageError(`wifi does not know ${JSON.stringify(word)}`);
  }
}

function knownText(wifi: WiFiView["wifi"]): string {
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
