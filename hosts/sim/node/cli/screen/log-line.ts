// SPDX-License-Identifier: MIT

import { printable } from "./styled-row.ts";

/** A line of a board's console with `console.format` = `json`. */
export interface BoardLine {
  readonly level: "error" | "warn" | "info" | "debug";
  readonly part: string;
  readonly event: string;
  readonly text: string;
  readonly [name: string]: unknown;
}

const levels: readonly unknown[] = ["error", "warn", "info", "debug"];
/** Width of the column that names the part. */
const partWidth = 8;

/** What a board has written; something else than its log is a line of the part "print". */
export function parseLine(text: string): BoardLine {
  try {
    const value = JSON.parse(text) as BoardLine | null;
    const isLine = [value?.part, value?.event, value?.text].every(
      (each) => typeof each === "string",
    );
    if (value && isLine && levels.includes(value.level)) return value;
  } catch {
    // Shown as it is.
  }
  return { level: "info", part: "print", event: "print", text };
}

/** What the text of an important line begins with. */
export function markOf(level: BoardLine["level"]): string {
  return level === "error" ? "ERROR " : level === "warn" ? "warning: " : "";
}

/** The line for people, as a board's console shows it. */
export function textOf({ level, part, text }: BoardLine): string {
  return `${printable(part).padEnd(partWidth)} ${markOf(level)}${printable(text)}`;
}

/**
 * The reading of one of these boards once more: as it was published, or as another of them has
 * received it.
 */
export function isRepeated(
  { part, event, topic, partner }: BoardLine,
  boards: readonly string[],
): boolean {
  if (part === "peer") return event === "reading" && boards.includes(String(partner));
  return part === "mqtt" && event === "publish" && String(topic).endsWith("/reading");
}
