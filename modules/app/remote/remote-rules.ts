// SPDX-License-Identifier: MIT

import { wordsOf } from "../../console/command-words.ts";
import { findSetting } from "../setting-list.ts";

/** Beginnings of commands that only the board's own console takes. */
const localOnly: readonly string[] = Object.freeze(["js", "wifi", "i2c write", "reset all"]);

/** Commands that change the setting which is named behind them. */
const changing: readonly string[] = Object.freeze(["set", "reset"]);

/**
 * Beginnings of settings that decide which network and which broker the board goes to, and whom it
 * asks for the time: another broker would be told the password, and another time makes old
 * certificates good.
 */
const localSettings: readonly string[] = Object.freeze([
  "wifi.",
  "mqtt.broker",
  "mqtt.user",
  "mqtt.ca",
  "mqtt.cert",
  "time.server",
]);

/**
 * Why a command that came over the network is not run; undefined when it may be. Nobody far away may
 * touch secrets, send them elsewhere, cut the board off from its network, or write to its chips.
 */
export function remoteRefusal(line: string): string | undefined {
  const words = wordsOf(line);
  const [command = "", name = ""] = words;
  const start = localOnly.find((beginning) => {
    return beginning.split(" ").every((word, index) => word === words[index]);
  });
  if (start !== undefined) return `${start} is for the board's own console only`;
  if (isWideRead(words)) return "a register of two bytes is for the board's own console only";
  if (!changing.includes(command)) return undefined;
  const isLocal =
    findSetting(name)?.secret === true || localSettings.some((begin) => name.startsWith(begin));
  return isLocal ? `${name} is changed on the board's own console only` : undefined;
}

/** `i2c read` with a second byte of the register: to a chip whose registers have one it is a write. */
function isWideRead([command, what, _address, register = ""]: readonly string[]): boolean {
  return command === "i2c" && what === "read" && register.replace(/^0x/i, "").length > 2;
}

/** Whether a command that came over the network writes to the board's flash memory. */
export function isStoring(line: string): boolean {
  const [command = "", what, action] = wordsOf(line);
  if (changing.includes(command)) return true;
  return command === "ccs811" && what === "baseline" && action !== undefined && action !== "show";
}
