// SPDX-License-Identifier: MIT

import { type Setting, type SettingList, settingIn } from "../base/setting.ts";
import { utf8LengthOf } from "../base/utf8.ts";
import { nearestName } from "./nearest-name.ts";
import { SettingsError } from "./settings-error.ts";

function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
  }
  return true;
}

/** Throws SettingsError: the setting `name` keeps the value that it has, because of `rule`. */
export function refuseValue(name: string, rule: string): never {
  throw new SettingsError({
    code: "settings/value",
    what: `${name} ${rule}`,
    todo: "kept as it was",
  });
}

/** NaN when there is none: `Number` alone makes 0 of null and of "", and takes "0x10". */
function numberIn(value: unknown): number {
  if (typeof value === "number") return value;
  const isNumber = typeof value === "string" && /^ *-?\d+(\.\d+)? *$/.test(value);
  return isNumber ? Number(value) : Number.NaN;
}

/**
 * Checks a value against its setting and returns it in the setting's type. Text is accepted for a
 * number. Throws SettingsError naming the rule; the value itself is not repeated, it may be secret.
 */
export function validateSetting(name: string, setting: Setting, value: unknown): string | number {
  if (setting.kind === "number") {
    const { least, most, tenths, unit } = setting;
    const number = numberIn(value);
    const isExact = tenths ? Math.round(number * 10) / 10 === number : Number.isInteger(number);
    if (isExact && number >= least && number <= most) return number === 0 ? 0 : number;
    const kind = tenths ? "number with at most one decimal" : "whole number";
    refuseValue(
      name,
      `takes a ${kind} from ${least} to ${most}${unit === undefined ? "" : ` ${unit}`}`,
    );
  }
  if (typeof value !== "string") refuseValue(name, "takes text");
  if (setting.kind === "choice") {
    if (setting.choices.includes(value)) return value;
    refuseValue(name, `takes one of ${setting.choices.join(", ")}`);
  }
  const length = utf8LengthOf(value);
  if (length > setting.longest) refuseValue(name, `takes at most ${setting.longest} bytes`);
  if (length < 0 || !isPrintable(value)) refuseValue(name, "takes printable characters only");
  const rule = setting.check?.(value);
  if (rule !== undefined) refuseValue(name, rule);
  return value;
}

/** The setting of that name. Throws SettingsError, with the name that was probably meant. */
export function knownSetting(list: SettingList, name: string): Setting {
  const setting = settingIn(list, name);
  if (setting) return setting;
  const nearest = nearestName(name, Object.keys(list));
  throw new SettingsError({
    code: "settings/unknown",
    what: `there is no setting ${JSON.stringify(name)}`,
    todo: nearest === undefined ? "get lists them" : `did you mean ${nearest}?`,
  });
}
