// SPDX-License-Identifier: MIT

import { UsageError } from "./command-error.ts";

/** The words of a command line. */
export function wordsOf(line: string): string[] {
  return line.split(" ").filter((word) => word !== "");
}

/** Index in `line` behind its first `count` words and the spaces that follow them. */
export function indexBehind(line: string, count: number): number {
  let at = 0;
  while (line[at] === " ") at++;
  for (let word = 0; word < count; word++) {
    while (at < line.length && line[at] !== " ") at++;
    while (line[at] === " ") at++;
  }
  return at;
}

/**
 * What stands behind the first `count` words, with its spaces. Spaces at its ends, and an empty
 * text, need quotation marks around the whole: one pair is taken away.
 */
export function textBehind(line: string, count: number): string {
  const text = line.slice(indexBehind(line, count)).trimEnd();
  const isQuoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"');
  return isQuoted ? text.slice(1, -1) : text;
}

/** Throws UsageError when there are more words than `most`. */
export function checkCount(words: readonly string[], most: number): void {
  const extra = words[most];
  if (extra !== undefined) throw new UsageError(`${JSON.stringify(extra)} is too much`);
}
