// SPDX-License-Identifier: MIT

import { ipv4Of } from "../base/ipv4.ts";
import { utf8LengthOf } from "../base/utf8.ts";
import type { Setting, TextPattern } from "./setting.ts";
import { SettingsError } from "./settings-error.ts";

const brokerSchemes = Object.freeze(["mqtt://", "mqtts://"]);

function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
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

// Letters, digits, hyphen, dot and the underscore that home networks use.
function isHostName(text: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(text);
}

function isBroker(text: string): boolean {
  const address = text.trim();
  const scheme = brokerSchemes.find((start) => address.startsWith(start));
  if (scheme === undefined) return false;
  const [host = "", port = "1", more] = address.slice(scheme.length).split(":");
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  return isHostName(host) && number >= 1 && number <= 65_535 && more === undefined;
}

function isPassphrase(text: string): boolean {
  const length = utf8LengthOf(text);
  return length === 64 ? /^[0-9A-Fa-f]{64}$/.test(text) : length >= 8 && length < 64;
}

/** The rule that `text` breaks, or undefined. */
function brokenRule(text: string, pattern: TextPattern): string | undefined {
  if (text === "" && pattern !== "topic") return undefined;
  switch (pattern) {
    case "topic-level":
      if (isTopicText(text) && !text.includes("/")) return undefined;
      return "takes printable ASCII without spaces, /, +, # and not starting with $";
    case "topic":
      if (text === "") return "must not be empty";
      if (isTopicText(text) && !text.startsWith("/") && !text.endsWith("/")) return undefined;
      return "takes topic levels in printable ASCII without spaces, +, # and outer slashes";
    case "brokers":
      if (text.split(",").every(isBroker)) return undefined;
      return "takes mqtt://host:port or mqtts://host:port, several with commas between";
    case "hosts":
      if (text.split(",").every((part) => isHostName(part.trim()))) return undefined;
      return "takes host names or IPv4 addresses, comma separated";
    case "passphrase":
      return isPassphrase(text) ? undefined : "takes 8 to 63 bytes, or 64 hex digits";
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

/** NaN when there is none: `Number` alone makes 0 of null and of "", and takes "0x10". */
function wholeNumberIn(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^ *\d+ *$/.test(value) ? Number(value) : Number.NaN;
}

/**
 * Checks a value against its setting and returns it in the setting's type. Text is accepted for a
 * number. Throws SettingsError naming the rule; the value itself is not repeated, it may be secret.
 */
export function validateSetting(name: string, setting: Setting, value: unknown): string | number {
  if (setting.kind === "number") {
    const number = wholeNumberIn(value);
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
  const length = utf8LengthOf(value);
  if (length > setting.longest) refuse(name, `takes at most ${setting.longest} bytes`);
  if (length < 0 || !isPrintable(value)) refuse(name, "takes printable characters only");
  const rule = setting.pattern === undefined ? undefined : brokenRule(value, setting.pattern);
  if (rule !== undefined) refuse(name, rule);
  return value;
}
