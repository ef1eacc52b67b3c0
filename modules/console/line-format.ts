// SPDX-License-Identifier: MIT

import type { LogLine } from "../base/log.ts";

export type ConsoleFormat = "text" | "json";

/** Width of the column that names the part. */
const partWidth = 8;

/** Text from elsewhere must not move the cursor of a user's terminal. */
export function printable(text: string): string {
  let result = "";
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    result += control ? `\\x${code.toString(16).padStart(2, "0")}` : text[i];
  }
  return result;
}

/** One log line for people, without its end. */
export function textLineOf({ level, part, text }: LogLine): string {
  const mark = level === "error" ? "ERROR " : level === "warn" ? "warning: " : "";
  return `${part.padEnd(partWidth)} ${mark}${printable(text)}`;
}

/**
 * One log line for programs, without its end: an object with `ticks` (ms since the start), `level`,
 * `part`, `event`, `text` and the line's data.
 */
export function jsonLineOf({ level, part, event, text, data }: LogLine, ticks: number): string {
  return JSON.stringify({ ticks: Math.round(ticks), level, part, event, text, ...data });
}
