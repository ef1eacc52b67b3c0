// SPDX-License-Identifier: MIT

import { UsageError } from "../../console/command-error.ts";
import {
  endOfWord,
  indexBehind,
  quotedWords,
  textBehind,
  wordsOf,
} from "../../console/command-words.ts";
import type { WiFiManager } from "../../wifi/wifi-manager.ts";
import {
  addNetwork,
  mostNetworks,
  type NetworkSettings,
  networksOf,
  removeNetwork,
} from "./network-settings.ts";

/** What `wifi add` and `wifi remove` change. */
export interface KnownNetworkView {
  readonly wifi: Pick<WiFiManager, "status" | "use">;
  readonly settings: NetworkSettings;
}

/**
 * `wifi add SSID [PASSWORD] [PLACE]`: stores a network, and lets the board try it. No error repeats
 * what was typed behind the name: it may be a password, or part of one.
 */
export function addKnownNetwork({ wifi, settings }: KnownNetworkView, line: string): string {
  const [SSID, password = "", place = String(mostNetworks), ...more] = quotedWords(
    line,
    indexBehind(line, 2),
  );
  if (SSID === undefined) throw new UsageError("wifi add needs the name of a network");
  if (more.length > 0) {
    throw new UsageError("more than name, password and place; quote what has spaces");
  }
  const number = /^\d$/.test(place) ? Number(place) : 0;
  if (number < 1 || number > mostNetworks) {
    throw new UsageError(`the place is a number from 1 to ${mostNetworks}; quote what has spaces`);
  }
  addNetwork(settings, { SSID, password }, number);
  const networks = networksOf(settings);
  wifi.use(networks);
  const at = networks.findIndex((network) => network.SSID === SSID) + 1;
  const security = password === "" ? "open" : "with password";
  return `"${SSID}" is network ${at} of ${networks.length}, ${security}`;
}

/** `wifi remove SSID`: forgets a network; the board leaves it. */
export function removeKnownNetwork({ wifi, settings }: KnownNetworkView, line: string): string {
  const SSID = textBehind(line, 2);
  if (SSID === "") throw new UsageError("wifi remove needs the name of a network");
  const isInUse = wifi.status().SSID === SSID;
  removeNetwork(settings, SSID);
  wifi.use(networksOf(settings));
  return `"${SSID}" is forgotten${isInUse ? "; the board leaves it" : ""}`;
}

/** Index from which on a command line holds the password of a network, or its length. */
export function passwordIn(line: string): number {
  const [command, verb] = wordsOf(line);
  if (command !== "wifi" || verb !== "add") return line.length;
  const end = endOfWord(line, indexBehind(line, 2));
  return end < 0 ? line.length : indexBehind(line.slice(end), 0) + end;
}
