// SPDX-License-Identifier: MIT

import { widthOf } from "../base/text-width.ts";
import { isPlain } from "../base/utf8.ts";

/** In front of the line being typed. */
export const prompt = "> ";

/** Columns of the line that are shown: with the prompt they fit into 80. */
const width = 76;

/** Goes to the start of the line and erases it. */
export const eraseLine = "\r\x1b[K";

/** `text` with everything from index `from` on as asterisks. */
export function concealed(text: string, from: number): string {
  return from >= text.length
    ? text
    : text.slice(0, from) + "*".repeat([...text.slice(from)].length);
}

/**
 * Draws the line being typed over itself, with the cursor before the character of that number. A
 * short one in ASCII, which most are, needs no look at its characters. A long line is shown in part, around the cursor: on one line of the screen it can be erased without
 * knowing the width of the terminal.
 */
export function drawLine(text: string, cursor: number): string {
  if (text.length < width && isPlain(text)) return drawn(text, text.length - cursor);
  const characters = [...text];
  const start = firstShown(characters, cursor);
  let shown = "";
  let columns = 0;
  let back = 0;
  for (let at = start; at < characters.length; at++) {
    const character = characters[at] ?? "";
    columns += columnsOf(character);
    if (columns > width) break;
    shown += character;
    if (at >= cursor) back += columnsOf(character);
  }
  return drawn(shown, back);
}

/** `back`: columns from the end of what is shown to the cursor. */
function drawn(shown: string, back: number): string {
  const move = back > 0 ? `\x1b[${back}D` : "";
  return `\r${prompt}${shown}\x1b[K${move}`;
}

/** From which character on the line is shown, so that one more fits behind the cursor. */
function firstShown(characters: readonly string[], cursor: number): number {
  let start = cursor;
  let columns = 1;
  while (start > 0) {
    columns += columnsOf(characters[start - 1] ?? "");
    if (columns > width) break;
    start--;
  }
  // A mark would be drawn over the prompt.
  while (start > 0 && start < cursor && columnsOf(characters[start] ?? "") === 0) start++;
  return start;
}

function columnsOf(character: string): number {
  return widthOf(character.codePointAt(0) ?? 0);
}
