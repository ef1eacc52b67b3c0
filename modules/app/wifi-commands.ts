// SPDX-License-Identifier: MIT

import { AppError } from "../base/app-error.ts";
import type { Command } from "../console/command.ts";
import type { Sniffer } from "../wifi/sniffer.ts";
import type { WiFiManager } from "../wifi/wifi-manager.ts";
import { wifiStatusText } from "../wifi/wifi-status.ts";

type CommandWiFi = Pick<WiFiManager, "status" | "networks" | "scan" | "start" | "stop">;
type CommandSniffer = Pick<Sniffer, "start" | "cancel" | "isRunning">;

/** Seconds of sniffing: at most, and when nothing is said. */
const longestSniff = 60;
const usualSniff = 10;

/** The `wifi` command; without a sniffer in the build `wifi sniff` says so. */
export function wifiCommands(wifi: CommandWiFi, sniffer?: CommandSniffer): readonly Command[] {
  return [
    {
      name: "wifi",
      help: "wifi status|scan|list|off|on|sniff [CHANNEL|all] [SECONDS]",
      run: ([word = "status", ...more]) => {
        if (word === "sniff") return sniff(sniffer, more);
        return run(wifi, sniffer, more.length === 0 ? word : "");
      },
    },
  ];
}

function sniff(sniffer: CommandSniffer | undefined, words: readonly string[]): string {
  if (!sniffer) throw refusal("no sniffing", "this build cannot listen to other people's frames");
  const [where = "all", time = String(usualSniff), ...more] = words;
  const channel = Number(where);
  const seconds = Number(time);
  const isChannel = where === "all" || (Number.isInteger(channel) && channel >= 1 && channel <= 13);
  const isTime = Number.isInteger(seconds) && seconds >= 1 && seconds <= longestSniff;
  if (!isChannel || !isTime || more.length > 0) {
    throw refusal("wifi sniff takes a channel and a time", `1-13 or all, 1-${longestSniff} s`);
  }
  sniffer.start(where === "all" ? where : channel, seconds * 1_000);
  return `listening for ${seconds} s; Wi-Fi is off meanwhile`;
}

function refusal(what: string, why: string): AppError {
  return new AppError({ code: "console/words", what, why });
}

function run(wifi: CommandWiFi, sniffer: CommandSniffer | undefined, word: string): string {
  switch (word) {
    case "status":
      return `${sniffer?.isRunning ? "sniffing\n" : ""}${wifiStatusText(wifi.status())}`;
    case "scan":
      wifi.scan();
      return "scanning; the networks in range follow";
    case "list":
      return knownText(wifi);
    case "off":
      sniffer?.cancel();
      wifi.stop();
      return "Wi-Fi is off until `wifi on` or the next start";
    case "on":
      sniffer?.cancel();
      wifi.start();
      return "Wi-Fi is on";
    default:
      throw refusal("wifi takes one of these words", "status, scan, list, off, on, sniff");
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
