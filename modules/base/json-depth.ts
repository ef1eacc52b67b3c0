// SPDX-License-Identifier: MIT

const quote = 0x22;
const backslash = 0x5c;

/** Most brackets that may be open at a time in a JSON text from outside. Ours have two. */
const maxDepth = 8;

/**
 * Whether a JSON text from outside has too many brackets open at a time. The parser of XS calls itself
 * for each, and a board that has used up its native stack of 10 KiB starts again; so a text is looked
 * at before it is parsed.
 */
export function isTooDeep(text: string): boolean {
  // Few brackets, the usual case, are soon counted.
  const brackets = countOf(text, "[") + countOf(text, "{");
  return brackets > maxDepth && depthOf(text) > maxDepth;
}

function countOf(text: string, letter: string): number {
  let count = 0;
  for (let at = text.indexOf(letter); at >= 0; at = text.indexOf(letter, at + 1)) count++;
  return count;
}

/** Most brackets open at a time, but for those in strings; of no meaning behind a fault in the JSON. */
function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) isString = !isString;
    else if (isString) at += code === backslash ? 1 : 0;
    else {
      depth += step(code);
      most = Math.max(most, depth);
    }
  }
  return most;
}

/** What one character outside of strings does to the depth. */
function step(code: number): -1 | 0 | 1 {
  switch (code) {
    // [ {
    case 0x5b:
    case 0x7b:
      return 1;
    // ] }
    case 0x5d:
    case 0x7d:
      return -1;
    default:
      return 0;
  }
}
