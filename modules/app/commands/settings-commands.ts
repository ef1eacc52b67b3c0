// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Setting } from "../../base/setting.ts";
import type { Command } from "../../console/command.ts";
import { UsageError } from "../../console/command-error.ts";
import { checkCount, indexBehind, textBehind, wordsOf } from "../../console/command-words.ts";
import type { SettingEffect } from "../../settings/settings.ts";
import { eraseParts } from "../factory-reset.ts";
import { findSetting, settingList } from "../setting-list.ts";
import type { BoardView } from "./board-view.ts";

/** Characters of a value in the list of all. */
const longestListed = 64;
/** Of a value that was just given: only a certificate is longer. */
const longestRepeated = 256;

/** The commands `get`, `set` and `reset`. */
export const settingsCommands: readonly Command<BoardView>[] = frozen([
  {
    name: "get",
    help: "settings and their values",
    usage: "[NAME]",
    run: (words, view) => {
      checkCount(words, 1);
      return words[0] === undefined ? listed(view) : described(view, words[0]);
    },
    complete: (words) => (words.length === 0 ? Object.keys(settingList) : []),
  },
  {
    name: "set",
    help: "stores a setting",
    usage: "NAME VALUE",
    details: `a value with spaces at its ends, or none, is written in quotation marks: "";
one that is too long for a line follows it: set mqtt.ca <<, its lines, and a line with only a dot`,
    run: (words, view, line) => {
      const [name] = words;
      if (name === undefined) throw new UsageError("set needs a name and a value");
      if (findSetting(name) && words.length < 2) {
        throw new UsageError(`set ${name} needs a value, "" for an empty one`);
      }
      return changed(view, name, view.settings.set(name, textBehind(line, 2)));
    },
    complete: (words) => {
      if (words.length === 0) return Object.keys(settingList);
      const setting = words.length === 1 ? findSetting(words[0] ?? "") : undefined;
      return setting?.kind === "choice" ? setting.choices : [];
    },
  },
  {
    name: "reset",
    help: "forgets a stored setting, or all that the board has stored",
    usage: "NAME | all",
    details: "all also deletes unsent messages, counters and baselines",
    run: (words, view) => {
      checkCount(words, 1);
      const [name] = words;
      if (name === undefined) throw new UsageError("reset needs a name, or all");
      if (name !== "all") return changed(view, name, view.settings.reset(name));
      view.settings.resetAll();
      eraseParts(view.host.storage);
      return "nothing is stored any more; the defaults hold after a reboot";
    },
    complete: (words) => (words.length === 0 ? ["all", ...Object.keys(settingList)] : []),
  },
]);

/** Index from which on a command line holds a value that is a secret, or has one; or its length. */
export function secretIn(line: string): number {
  const [command, name = ""] = wordsOf(line);
  const setting = command === "set" ? findSetting(name) : undefined;
  return setting && hasSecret(setting, line) ? indexBehind(line, 2) : line.length;
}

function hasSecret(setting: Setting, line: string): boolean {
  if (setting.secret || setting.kind !== "text" || !setting.shown) return setting.secret === true;
  const value = textBehind(line, 2);
  return setting.shown(value) !== value;
}

function listed({ settings }: BoardView): string {
  const names = Object.keys(settingList);
  const width = names.reduce((most, name) => Math.max(most, name.length), 0);
  const lines = names.map((name) => {
    const origin = settings.originOf(name);
    const mark = origin === "default" ? "" : ` (${origin})`;
    const value = shortened(settings.textOf(name));
    return `${name.padEnd(width)} = ${value}${mark}${waiting(settings, name)}`;
  });
  return lines.join("\n");
}

/** A certificate would fill the screen, and the reply to a command over MQTT. */
function shortened(text: string): string {
  return text.length > longestListed ? `${text.slice(0, longestListed)}…` : text;
}

function described({ settings }: BoardView, name: string): string {
  const origin = settings.originOf(name);
  const from = origin === "given" ? "given by the build or the command line" : origin;
  const setting = findSetting(name) as Setting;
  const standard = settings.defaultOf(name);
  return [
    `${name} = ${settings.textOf(name)} (${from})${waiting(settings, name)}`,
    setting.help,
    `takes ${rangeOf(setting)}; default ${standard === "" ? "(empty)" : standard}`,
  ].join("\n");
}

function waiting(settings: BoardView["settings"], name: string): string {
  return settings.isWaiting(name) ? ", after a reboot" : "";
}

function rangeOf(setting: Setting): string {
  if (setting.kind === "choice") return setting.choices.join(", ");
  if (setting.kind === "text") return `text, at most ${setting.longest} bytes`;
  const unit = setting.unit === undefined ? "" : ` ${setting.unit}`;
  return `${setting.least} to ${setting.most}${unit}`;
}

function changed({ settings }: BoardView, name: string, effect: SettingEffect): string {
  const text = settings.textOf(name);
  const value =
    text.length > longestRepeated ? `${shortened(text)} (${text.length} characters)` : text;
  if (effect === "tried") return `${name} = ${value}, tried at once; mqtt status tells how it goes`;
  // One that is set back to what it was needs no reboot.
  if (effect !== "given") return `${name} = ${value}${waiting(settings, name)}`;
  return `stored, but ${name} stays ${value} while the build or the command line gives it`;
}
