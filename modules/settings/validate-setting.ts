// SPDX-License-Identifier: MIT

import { ipv4Of } from "../base/ipv4.ts";
import type { Setting, TextPattern } from "./setting-list.ts";
import { SettingsError } from "./settings-error.ts";

const brokerSchemes = Object.freeze(["mqtt://", "mqtts://"]);

function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return false;
  }
  return true;
}

function isTopicText(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f || text[i] === "+" || text[i] === "#") return false;
  }
  return !text.startsWith("$");
}

/** The rule that `text` breaks, or undefined. */
function brokenRule(text: string, pattern: TextPattern): string | undefined {
  if (text === "") return pattern === "topic" ? "must not be empty" : undefined;
  switch (pattern) {
    case "topic-level":
      if (isTopicText(text) && !text.includes("/")) return undefined;
      return "takes printable ASCII without spaces, /, +, # and not starting with $";
    case "topic":
      if (isTopicText(text) && !text.startsWith("/") && !text.endsWith("/")) return undefined;
      return "takes topic levels in printable ASCII without spaces, +, # and outer slashes";
    case "broker":
      if (brokerSchemes.some((scheme) => text.startsWith(scheme) && text.length > scheme.length)) {
        return undefined;
      }
      return "takes mqtt://host:port or mqtts://host:port";
    case "ipv4":
      return ipv4Of(text) === undefined ? "takes an address like 192.168.1.20" : undefined;
    case "ipv4-list":
      if (text.split(",").every((part) => ipv4Of(part.trim()) !== undefined)) return undefined;
      return "takes addresses like 192.168.1.1, comma separated";
  }
}

function refuse(name: string, rule: string): never {
  throw new SettingsError({
    code: "settings/value",
    what: `${name} ${rule}`,
    todo: "kept as it was",
  });
}

/**
 * Checks a value against its setting and returns it in the setting's type. Text is accepted for a
 * number. Throws SettingsError naming the rule; the value itself is not repeated, it may be secret.
 */
export function validateSetting(name: string, setting: Setting, value: unknown): string | number {
  if (setting.kind === "number") {
    const text = typeof value === "string" ? value.trim() : value;
    const number = text === "" ? Number.NaN : Number(text);
    if (Number.isInteger(number) && number >= setting.least && number <= setting.most) {
      return number;
    }
    const unit = setting.unit === undefined ? "" : ` ${setting.unit}`;
    refuse(name, `takes a whole number from ${setting.least} to ${setting.most}${unit}`);
  }
  if (typeof value !== "string") refuse(name, "takes text");
  if (setting.kind === "choice") {
    if (setting.choices.includes(value)) return value;
    refuse(name, `takes one of ${setting.choices.join(", ")}`);
  }
  if (value.length > setting.longest) refuse(name, `takes at most ${setting.longest} characters`);
  if (!isPrintable(value)) refuse(name, "takes printable characters only");
  const rule = setting.pattern === undefined ? undefined : brokenRule(value, setting.pattern);
  if (rule !== undefined) refuse(name, rule);
  return value;
}
