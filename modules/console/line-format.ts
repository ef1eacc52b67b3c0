// SPDX-License-Identifier: MIT

import type { LogLine } from "../base/log.ts";

export type ConsoleFormat = "text" | "json";

/** Width of the column that names the part. */
const partWidth = 8;

/**
 * Text from elsewhere must not move the cursor of a user's terminal. By a regular expression: on XS
 * a loop over the characters would make a new string for each of them.
 */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, escaped);
}

function escaped(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

/**
 * One log line as it is written, without its end. JSON carries `ticks` (ms since the start),
 * `level`, `part`, `event`, `text` and the line's data.
 */
export function lineOf(line: LogLine, format: ConsoleFormat, ticks: number): string {
  const { level, part, event, text, data } = line;
  if (format === "json") {
    return JSON.stringify({ ticks: Math.round(ticks), level, part, event, text, ...data });
  }
  const mark = level === "error" ? "ERROR " : level === "warn" ? "warning: " : "";
  return `${part.padEnd(partWidth)} ${mark}${printable(text)}`;
}
