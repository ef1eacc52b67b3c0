// SPDX-License-Identifier: MIT

import { UsageError } from "./command-error.ts";

/** Words of a line that are told apart: more than any command takes. */
const maxWords = 64;

/** The words of a command line, of a very long one the first. */
export function wordsOf(line: string): string[] {
  return line.split(/ +/, maxWords).filter((word) => word !== "");
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

/**
 * Index behind the word that begins at `at`. In quotation marks it may hold spaces and quotation
 * marks: it ends with one that has a space or nothing behind it and no backslash before it; -1 when
 * there is none.
 */
export function endOfWord(line: string, at: number): number {
  const isQuoted = line[at] === '"';
  for (let end = at + (isQuoted ? 1 : 0); end < line.length; end++) {
    if (isQuoted && isEscape(line, end)) {
      end++;
      continue;
    }
    const isLast = end + 1 === line.length || line[end + 1] === " ";
    if (isQuoted ? line[end] === '"' && isLast : line[end] === " ") return isQuoted ? end + 1 : end;
  }
  return isQuoted ? -1 : line.length;
}

/** A backslash before a quotation mark or another backslash. */
function isEscape(line: string, at: number): boolean {
  return line[at] === "\\" && (line[at + 1] === '"' || line[at + 1] === "\\");
}

/** What stood between quotation marks, with \" and \\ as what they mean. */
export function unescaped(text: string): string {
  return text.replaceAll(/\\(["\\])/g, "$1");
}

/** The words from index `at` on, without their quotation marks. Throws UsageError. */
export function quotedWords(line: string, at: number): string[] {
  const words: string[] = [];
  let begin = at;
  while (begin < line.length) {
    const end = endOfWord(line, begin);
    if (end < 0) throw new UsageError("a quotation mark is not closed");
    const isQuoted = line[begin] === '"';
    words.push(isQuoted ? unescaped(line.slice(begin + 1, end - 1)) : line.slice(begin, end));
    begin = end;
    while (line[begin] === " ") begin++;
  }
  return words;
}

/** Throws UsageError when there are more words than `most`. */
export function checkCount(words: readonly string[], most: number): void {
  const extra = words[most];
  if (extra !== undefined) throw new UsageError(`${JSON.stringify(extra)} is too much`);
}
