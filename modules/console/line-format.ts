// SPDX-License-Identifier: MIT

import type { LogLevel, LogLine } from "../base/log.ts";

export type ConsoleFormat = "text" | "json";

/** Width of the column that names the part. */
export const partWidth = 8;

/**
 * Text from elsewhere must not move the cursor of a user's terminal. By a regular expression: on XS
 * a loop over the characters would make a new string for each of them.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, escaped);
}

/** The same of some lines, which end in CR LF then: as one text, however many there are. */
export function printableLines(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, escaped).replaceAll("\n", "\r\n");
}

function escaped(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

/** What the text of an important line begins with. */
export function markOf(level: LogLevel): string {
  return level === "error" ? "ERROR " : level === "warn" ? "warning: " : "";
}

/** One log line for people, without its end. */
export function textLineOf({ level, part, text }: LogLine): string {
  return `${part.padEnd(partWidth)} ${markOf(level)}${printable(text)}`;
}

/**
 * One log line for programs, without its end: an object with `ticks` (ms since the start), `level`,
 * `part`, `event`, `text` and the line's data.
 */
export function jsonLineOf({ level, part, event, text, data }: LogLine, ticks: number): string {
  return JSON.stringify({ ticks: Math.round(ticks), level, part, event, text, ...data });
}
