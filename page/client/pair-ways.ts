// SPDX-License-Identifier: MIT

/** Where a card is, px. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Under a row of cards, px: where lines between its own cards run. */
const lane = 9;

/** A way from card to card that is seen in the space between them, and where its label stands. */
export function wayBetween(a: Box, b: Box): { path: string; x: number; y: number } {
  const [left, right] = a.left < b.left ? [a, b] : [b, a];
  const between = right.left - left.left - left.width;
  if (a.top === b.top && between > left.width) {
    // Others stand between them: along the space below, above the middle, where lines of two rows run.
    const [first, last] = [left, right].map((box) => box.left + box.width / 2) as [number, number];
    const y = Math.max(left.top + left.height, right.top + right.height) + lane;
    return {
      path: `M${first} ${left.top + left.height}V${y}H${last}V${right.top + right.height}`,
      x: (first + last) / 2,
      y,
    };
  }
  if (a.top === b.top) {
    const y = left.top + Math.min(left.height, right.height) / 2;
    const from = left.left + left.width;
    return {
      path: `M${from} ${y}H${right.left}`,
      x: Math.min((from + right.left) / 2, from + 26),
      y,
    };
  }
  const [upper, lower] = a.top < b.top ? [a, b] : [b, a];
  const from = upper.left + upper.width / 2;
  const to = lower.left + lower.width / 2;
  const begin = upper.top + upper.height;
  // Along the space above the lower card, so that no card is crossed by the long part.
  const y = lower.top - 18;
  return { path: `M${from} ${begin}V${y}H${to}V${lower.top}`, x: (from + to) / 2, y };
}
