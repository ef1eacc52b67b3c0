// SPDX-License-Identifier: MIT

import { checkGiven } from "../hosts/sim/node/cli/given-settings.ts";
import { settingList } from "../modules/app/setting-list.ts";
import type { Setting } from "../modules/base/setting.ts";
import { settingOf } from "./setting-argument.ts";

/** In the root of the repository, and ignored by git: passwords do not belong into it. */
export const localSettingsFile = "settings.local.json";

/**
 * The arguments, behind the settings of a JSON object such as `{"wifi.ssid": "Home"}`; those among
 * the arguments win. Undefined: there is no such file. Throws an Error with one line that names the
 * file and does not show a value.
 */
export function withLocalSettings(
  given: readonly string[],
  text: string | undefined,
  file = localSettingsFile,
): string[] {
  if (text === undefined) return [...given];
  const named = new Set(given.map((argument) => argument.split("=")[0]));
  const local: string[] = [];
  for (const [name, value] of Object.entries(parse(text, file))) {
    if (typeof value !== "string" && typeof value !== "number") {
      throw new Error(`${file}: ${name} takes text or a number`);
    }
    if (!named.has(name)) local.push(`${name}=${value}`);
  }
  return [...local, ...given];
}

/** Throws an Error with one line for a setting that is not known or that the board would refuse. */
export function checkSettings(given: readonly string[]): void {
  for (const argument of given) {
    const setting = settingOf(argument);
    if (setting) checkGiven(...setting);
  }
}

/** Names of the settings among the arguments that hold a secret: npm shows its arguments and logs them. */
export function secretArguments(given: readonly string[]): string[] {
  const settings: Readonly<Record<string, Setting>> = settingList;
  return given.flatMap((argument) => {
    const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(argument) ?? [];
    const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (!setting || value === "" || value.startsWith("@")) return [];
    const isShown = setting.kind !== "text" || (setting.shown?.(value) ?? value) === value;
    return setting.secret || !isShown ? [name] : [];
  });
}

function parse(text: string, file: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What the parser says may show a part of the file.
    value = undefined;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new Error(`${file} is not a JSON object of settings`);
}
