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

/** Every bit of `value` changes half of the bits of the result (MurmurHash3's finalizer). */
function mixed(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Random numbers 0 ≤ x < 1 that `seed`, an integer, repeats on every engine (mulberry32). The seed
 * is mixed: its counter alone would give the boards of neighbouring seeds numbers that go together.
 */
export function randomFrom(seed: number): () => number {
  let state = mixed(seed);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
