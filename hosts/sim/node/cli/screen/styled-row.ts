// SPDX-License-Identifier: MIT

import { widthOf } from "../../../../../modules/base/text-width.ts";

/** What a piece of text is; the terminal's own palette has the colours. */
export type Style = "plain" | "dim" | "bold" | "good" | "doubtful" | "bad" | "chosen";

export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** One row of a screen. */
export type Row = readonly Span[];

/** Parameters of Select Graphic Rendition (ECMA-48, section 8.3.117). */
const renditions: Readonly<Record<Style, string>> = Object.freeze({
  plain: "",
  dim: "2",
  bold: "1",
  good: "32",
  doubtful: "33",
  bad: "31",
  chosen: "7",
});

/** Text from elsewhere must not move the cursor, nor turn the direction of what follows. */
export function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    /[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** Columns of printable text. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += widthOf(character.codePointAt(0) ?? 0);
  return columns;
}

export function rowColumns(row: Row): number {
  return row.reduce((sum, { text }) => sum + columnsOf(text), 0);
}

/** The begin of a text that fits; one that is cut ends in "…". */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  let left = columns - 1;
  for (const character of text) {
    left -= widthOf(character.codePointAt(0) ?? 0);
    if (left < 0) break;
    kept += character;
  }
  return columns > 0 ? `${kept}…` : "";
}

/** Pieces of exactly so many columns, but for the last, and for a wide character at an edge. */
export function pieces(text: string, columns: number): string[] {
  const all = [""];
  let left = columns;
  for (const character of text) {
    const width = widthOf(character.codePointAt(0) ?? 0);
    if (width > left) {
      all.push("");
      left = columns;
    }
    left -= width;
    all[all.length - 1] += character;
  }
  return all;
}

/** Lines of at most so many columns, cut between words; a longer word is cut itself. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<=\S )(?=\S)/)) {
    if (columnsOf(`${line}${word}`.trimEnd()) <= columns) {
      line += word;
      continue;
    }
    if (line !== "") lines.push(line.trimEnd());
    const parts = pieces(word, columns);
    line = parts.pop() ?? "";
    lines.push(...parts);
  }
  return [...lines, line.trimEnd()];
}

/** The begin of a row that fits. */
export function fitRow(row: Row, columns: number): Row {
  const fitted: Span[] = [];
  let left = columns;
  for (const span of row) {
    const text = cut(span.text, left);
    if (text !== "") fitted.push({ ...span, text });
    left -= columnsOf(text);
    if (text !== span.text) break;
  }
  return fitted;
}

/** As a terminal takes it. */
export function encodeRow(row: Row): string {
  return row
    .map(({ text, style = "plain" }) => {
      const rendition = renditions[style];
      return rendition === "" ? text : `\x1b[${rendition}m${text}\x1b[0m`;
    })
    .join("");
}
