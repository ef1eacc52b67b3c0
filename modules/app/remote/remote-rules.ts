// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import { wordsOf } from "../../console/command-words.ts";
import { findSetting, type SettingName } from "../setting-list.ts";

/** Beginnings of commands that only the board's own console takes. */
export const localCommands: readonly string[] = Object.freeze([
  "js",
  "wifi",
  "portal",
  "i2c write",
  "co2 calibrate",
  "on",
  "rules remove",
  "readings follow",
  "readings stop",
  "reset all",
  "ask",
  "update",
  "platform",
]);

/** Beginnings of commands that are run over the network when a setting is `on`. */
export const allowedCommands: Readonly<Partial<Record<SettingName, readonly string[]>>> = frozen({
  "remote.mqtt": ["mqtt pub", "mqtt sub", "mqtt unsub"],
  "remote.pair": ["pair", "pairs", "unpair"],
});

/** Commands that change the setting which is named behind them. */
const changing: readonly string[] = Object.freeze(["set", "reset"]);

/** Commands after which the peers are stored anew. */
const pairing: readonly string[] = Object.freeze(["pair", "unpair"]);

/**
 * Beginnings of settings that decide which network and which broker the board goes to (another
 * broker would be told the password), whom it asks for the time (another one makes old certificates
 * good), where it sends its readings, what it does with its pins and what is allowed from afar.
 * Secret ones are local, too.
 */
export const localSettings: readonly string[] = Object.freeze([
  "wifi.",
  "portal",
  "portal.",
  "mqtt.broker",
  "mqtt.user",
  "mqtt.ca",
  "mqtt.cert",
  "mqtt.alpn",
  "mqtt.client-id",
  "time.server",
  "remote.mqtt",
  "remote.pair",
  "rule.",
  "pair.allow",
  "i2c.",
  "board.led",
  "board.button",
  "pair.button",
  "pair.led",
  "publish.plain",
  "webhook.",
  "update.",
  "remote.update",
  "platform.1.",
  "platform.2.",
]);

/** The settings that allow more or less. */
export interface RemotePolicy {
  get(name: SettingName): unknown;
}

/**
 * Why a command that came over the network is not run; undefined when it may be. Nobody far away may
 * touch secrets, send them elsewhere, cut the board off from its network, or write to its chips.
 * Without a `policy` nothing is allowed that needs a setting.
 */
export function remoteRefusal(line: string, policy?: RemotePolicy): string | undefined {
  const words = wordsOf(line);
  const [command = "", name = ""] = words;
  const start = localCommands.find((beginning) => beginsWith(words, beginning));
  if (start !== undefined) return `${start} is for the board's own console only`;
  if (isWideRead(words)) return "a register of two bytes is for the board's own console only";
  for (const setting of Object.keys(allowedCommands) as (keyof typeof allowedCommands)[]) {
    const found = allowedCommands[setting]?.find((beginning) => beginsWith(words, beginning));
    if (found !== undefined && policy?.get(setting) !== "on") {
      return `${found} over MQTT needs ${setting} to be on`;
    }
  }
  if (!changing.includes(command)) return undefined;
  const isLocal =
    findSetting(name)?.secret === true || localSettings.some((begin) => name.startsWith(begin));
  return isLocal ? `${name} is changed on the board's own console only` : undefined;
}

function beginsWith(words: readonly string[], beginning: string): boolean {
  return beginning.split(" ").every((word, index) => word === words[index]);
}

/** `i2c read` with a second byte of the register: to a chip whose registers have one it is a write. */
function isWideRead([command, what, _address, register = ""]: readonly string[]): boolean {
  return command === "i2c" && what === "read" && register.replace(/^0x/i, "").length > 2;
}

/** Whether a command that came over the network writes to the board's flash memory. */
export function isStoring(line: string): boolean {
  const [command = "", what, action] = wordsOf(line);
  if (changing.includes(command) || pairing.includes(command)) return true;
  // The filters that the broker has for us are on record.
  if (command === "mqtt") return what === "sub";
  return command === "ccs811" && what === "baseline" && action !== undefined && action !== "show";
}
