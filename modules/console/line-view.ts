// SPDX-License-Identifier: MIT

/** In front of the line being typed. */
export const prompt = "> ";

/** Characters of the line that are shown: with the prompt they fit into 80 columns. */
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
 * long line is shown in part, around the cursor: on one line of the screen it can be erased without
 * knowing the width of the terminal.
 */
export function drawLine(characters: readonly string[], cursor: number): string {
  const start = Math.max(0, cursor - width + 1);
  const shown = characters.slice(start, start + width);
  const back = shown.length - (cursor - start);
  const move = back > 0 ? `\x1b[${back}D` : "";
  return `\r${prompt}${shown.join("")}\x1b[K${move}`;
}
