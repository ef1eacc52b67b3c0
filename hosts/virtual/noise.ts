// SPDX-License-Identifier: MIT

// Only additions, multiplications and integer operations: every engine gives the same bits.

/** A number 0 ≤ x < 1 that depends on nothing but the two integers. */
export function hash(seed: number, index: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Smooth noise, -1 to 1, with one independent value at every integer `x`. */
export function smoothNoise(seed: number, x: number): number {
  const index = Math.floor(x);
  const part = x - index;
  const weight = part * part * (3 - 2 * part);
  const left = hash(seed, index);
  return 2 * (left + (hash(seed, index + 1) - left) * weight) - 1;
}
