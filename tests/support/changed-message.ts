// SPDX-License-Identifier: MIT

/** Random numbers, 0 ≤ x < 1. */
type Random = () => number;

function below(random: Random, count: number): number {
  return Math.floor(random() * count);
}

/** Some bits are another. */
function flipped(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = bytes.slice();
  for (let flips = below(random, 4); flips >= 0; flips--) {
    const at = below(random, changed.length);
    changed[at] = (changed[at] as number) ^ (1 << below(random, 8));
  }
  return changed;
}

/** Some bytes in a row are any. */
function overwritten(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = bytes.slice();
  const start = below(random, changed.length);
  const end = Math.min(changed.length, start + 1 + below(random, 32));
  for (let at = start; at < end; at++) changed[at] = below(random, 256);
  return changed;
}

/** It ends early, or late. */
function resized(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = new Uint8Array(below(random, 2 * bytes.length));
  changed.set(bytes.subarray(0, changed.length));
  return changed;
}

/** A part of it is of another message. */
function crossed(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  const other = others[below(random, others.length)] ?? bytes;
  const changed = bytes.slice();
  const start = below(random, changed.length);
  const end = Math.min(changed.length, other.length, start + 1 + below(random, changed.length));
  if (start < end) changed.set(other.subarray(start, end), start);
  return changed;
}

/** Two stretches of it have changed places. */
function shuffled(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = bytes.slice();
  const half = bytes.length >> 1;
  const length = 1 + below(random, half);
  const [one, other] = [below(random, half - length + 1), half + below(random, half - length + 1)];
  changed.set(bytes.subarray(other, other + length), one);
  changed.set(bytes.subarray(one, one + length), other);
  return changed;
}

const ways = [flipped, flipped, overwritten, resized, crossed, shuffled];

/** A message that is not `bytes` any more, in one of many ways. `others`: what else was seen. */
export function changedMessage(
  bytes: Uint8Array,
  random: Random,
  others: readonly Uint8Array[],
): Uint8Array {
  for (;;) {
    const way = ways[below(random, ways.length)] ?? flipped;
    const changed = way(bytes, random, others);
    const isSame =
      changed.length === bytes.length && changed.every((byte, at) => byte === bytes[at]);
    if (!isSame) return changed;
  }
}
