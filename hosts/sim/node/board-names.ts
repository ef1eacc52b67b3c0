// SPDX-License-Identifier: MIT

/** Id of the board with that number: with the name "board" it is board-a … board-z, board-aa … board-zz, board-aaa … */
export function boardId(name: string, index: number): string {
  let letters = "";
  for (let rest = index; rest >= 0; rest = Math.floor(rest / 26) - 1) {
    letters = String.fromCharCode(97 + (rest % 26)) + letters;
  }
  return `${name}-${letters}`;
}

/** Boards are paired two by two; the last of an odd number follows the first. */
export function partnerOf(index: number, count: number): number | undefined {
  if (count < 2) return undefined;
  const partner = index ^ 1;
  return partner < count ? partner : 0;
}

/**
 * A locally administered MAC address of the board with that id: boards of two simulators at one broker
 * have different ones when they have different ids.
 */
export function macOf(id: string): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  return `02${hex(seedOf(id, 0), 8)}${hex(seedOf(id, 1) & 0xff, 2)}`.toUpperCase();
}

/**
 * What makes a board's air, chips and pauses its own, 32 bits: two ids have different ones, the same id
 * has the same ones for the same number (FNV-1a).
 */
export function seedOf(id: string, number: number): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${number}/${id}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}
