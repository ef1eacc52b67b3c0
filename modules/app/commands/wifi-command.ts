// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Command } from "../../console/command.ts";
import { CommandError, UsageError } from "../../console/command-error.ts";
import {
  checkCount,
  endOfWord,
  indexBehind,
  quotedWords,
  textBehind,
  unescaped,
  wordsOf,
} from "../../console/command-words.ts";
import type { LongCommand } from "../../console/running-command.ts";
import type { Sniffer } from "../../wifi/sniffer/sniffer.ts";
import type { WiFiManager } from "../../wifi/wifi-manager.ts";
import { wifiStatusText } from "../../wifi/wifi-status.ts";
import {
  addNetwork,
  maxNetworks,
  type NetworkSettings,
  networksOf,
  removeNetwork,
} from "../network-settings.ts";

/** What the command looks at and acts on. */
export interface WiFiView {
  readonly wifi: Pick<
    WiFiManager,
    "status" | "networks" | "scan" | "shownAt" | "start" | "stop" | "use"
  >;
  readonly settings: NetworkSettings;
  /** Undefined when the build cannot listen to other people's frames. */
  readonly sniffer: Pick<Sniffer, "start" | "finish" | "cancel" | "isRunning"> | undefined;
}

/** Longest scan, ms: the radio is given 10 s, and the table some turns. */
const scanLimit = 15_000;
/** What sniffing may take beyond its time, ms. */
const sniffGrace = 5_000;
/** Seconds of sniffing: at most, and when nothing is said. */
const maxSniff = 60;
const usualSniff = 10;
const lastChannel = 13;

const verbs = frozen(["status", "scan", "list", "add", "remove", "off", "on", "sniff"]);

/** The `wifi` command. */
export const wifiCommand: Command<WiFiView> = frozen({
  name: "wifi",
  help: "the network, and those in range",
  usage: [
    "[status]",
    "scan",
    "list",
    "add SSID | NUMBER [PASSWORD] [PLACE]",
    "remove SSID",
    "off",
    "on",
    "sniff [CHANNEL | all] [SECONDS]",
  ],
  details: [
    "status  network, address, signal, counters and the last trouble",
    "scan    the networks in range, strongest first",
    "list    the networks that are set; * marks the one in use",
    "add     sets one more, hidden or not, and tries it when the board has none, or another password",
    "        of one; PLACE 1 is preferred; NUMBER is a line of the last scan, in quotation marks a name;",
    "        an open one: wifi add Cafe; with spaces:",
    '        wifi add "My Home" "my password"; between quotation marks write \\" for " and \\\\ for \\',
    "remove  forgets one; the board leaves it when it is in use",
    "off     leaves the network, until wifi on or the next start",
    "sniff   counts the frames of all networks, on channel 1-13 or all, for up to 60 s;",
    "        the board leaves its network meanwhile and returns by itself",
  ].join("\n"),
  run: (words, view, line) => {
    const [word = "status", ...more] = words;
    if (word === "sniff") return sniff(view.sniffer, more);
    if (word === "add") return addKnownNetwork(view, line);
    if (word === "remove") return removeKnownNetwork(view, line);
    checkCount(words, 1);
    return answer(view, word);
  },
  complete: (words) => {
    if (words.length === 0) return [...verbs];
    return words.length === 1 && words[0] === "sniff" ? ["all"] : [];
  },
});

function sniff(sniffer: WiFiView["sniffer"], words: readonly string[]): LongCommand {
  checkCount(words, 2);
  const [where = "all", time = String(usualSniff)] = words;
  const channel = where === "all" ? where : wholeNumber(where, lastChannel);
  const seconds = wholeNumber(time, maxSniff);
  if (!sniffer) {
    const why = "this build cannot listen to other people's frames";
    throw new CommandError({ code: "wifi/no-sniffer", what: "no sniffing", why });
  }
  const ms = seconds * 1_000;
  return {
    text: `listening for ${seconds} s; Wi-Fi is off meanwhile`,
    limit: ms + sniffGrace,
    start: (reply) => sniffer.start(channel, ms, reply),
    stop: () => sniffer.finish(),
  };
}

function wholeNumber(text: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new UsageError(`${JSON.stringify(text)} is not a whole number from 1 to ${most}`);
}

function answer({ wifi, sniffer }: WiFiView, word: string): string | LongCommand {
  switch (word) {
    case "status":
      return `${sniffer?.isRunning ? "sniffing\n" : ""}${wifiStatusText(wifi.status())}`;
    case "scan":
      return {
        text: "scanning; the networks in range follow",
        limit: scanLimit,
        start: (reply) => wifi.scan(reply),
      };
    case "list":
      return knownText(wifi);
    case "off":
      sniffer?.cancel();
      wifi.stop();
      return "Wi-Fi is off until wifi on or the next start";
    case "on":
      sniffer?.cancel();
      wifi.start();
      return "Wi-Fi is on";
    default:
      throw new UsageError(`wifi does not know ${JSON.stringify(word)}`);
  }
}

function knownText(wifi: WiFiView["wifi"]): string {
  const { networks } = wifi;
  if (networks.length === 0) return "no network is set; wifi add sets one";
  const { SSID } = wifi.status();
  return networks
    .map((network, index) => {
      const mark = network.SSID === SSID ? "*" : " ";
      const security = network.password === "" ? "open" : "with password";
      return `${mark} ${index + 1}  ${network.SSID}  ${security}`;
    })
    .join("\n");
}

/**
 * `wifi add SSID [PASSWORD] [PLACE]`: stores a network, and lets the board try it. No error repeats
 * what was typed behind the name: it may be a password, or part of one.
 */
function addKnownNetwork({ wifi, settings }: WiFiView, line: string): string {
  const begin = indexBehind(line, 2);
  const [name, password = "", place, ...more] = quotedWords(line, begin);
  if (name === undefined) throw new UsageError("wifi add needs the name of a network");
  if (more.length > 0) {
    throw new UsageError("more than name, password and place; quote what has spaces");
  }
  const isNumber = line[begin] !== '"' && /^\d{1,2}$/.test(name);
  const SSID = isNumber ? shownAt(wifi, Number(name)) : name;
  const before = networksOf(settings).find((network) => network.SSID === SSID);
  addNetwork(settings, { SSID, password }, place === undefined ? undefined : placeIn(place));
  const networks = networksOf(settings);
  wifi.use(networks);
  const at = networks.findIndex((network) => network.SSID === SSID) + 1;
  return `"${SSID}" is network ${at} of ${networks.length}, ${changeText(before?.password, password)}`;
}

function shownAt(wifi: WiFiView["wifi"], number: number): string {
  const SSID = wifi.shownAt(number);
  if (SSID !== "") return SSID;
  throw new CommandError({
    code: "wifi/number",
    what: `the last scan has no network ${number}`,
    todo: `wifi scan shows them; for the name write wifi add "${number}"`,
  });
}

function placeIn(text: string): number {
  const place = /^\d$/.test(text) ? Number(text) : 0;
  if (place >= 1 && place <= maxNetworks) return place;
  throw new UsageError(`the place is a number from 1 to ${maxNetworks}; quote what has spaces`);
}

/** `old`: undefined for a network that is new. */
function changeText(old: string | undefined, password: string): string {
  const security = password === "" ? "open" : "with password";
  if (old === undefined) return security;
  if (old === password) return `${security}, as before`;
  return password === "" ? "open from now on" : "with the new password";
}

/** `wifi remove SSID`: forgets a network; the board leaves it. */
function removeKnownNetwork({ wifi, settings }: WiFiView, line: string): string {
  const text = textBehind(line, 2);
  // As it was typed, or as `wifi add` takes it.
  const isTyped = wifi.networks.some((network) => network.SSID === text);
  const SSID = isTyped ? text : unescaped(text);
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
