// SPDX-License-Identifier: MIT

const bits = 40;
/** µs: limits of both pulses of the answer, which are 80 nominally. */
const answer = Object.freeze({ shortest: 55, longest: 150 });
/** µs: limits of the pulses of a bit: low 50 nominally, high 26 or 70. */
const least = 3;
const most = 120;
/** µs: high pulses that differ by less are all of one kind; a 0 and a 1 differ by 44 nominally. */
const leastDifference = 20;

/**
 * Reads the five bytes of a frame from the pulse widths of one answer, in µs, the first one low.
 * A low and high pulse before the answer are skipped (the end of the start signal), and so is what
 * follows the last bit (AM2302 manual, section 7). False when the widths are not an answer.
 *
 * A 1 is a high pulse above half way between the shortest and the longest one of the frame. So it
 * does not matter what all of them have in common: edges that a cable slows down take from each high
 * pulse what they add to the low one, a sensor with a slow clock stretches all. A frame whose pulses
 * are all alike reads as zeros: one of ones has no checksum.
 */
export function decodePulses(widths: Uint16Array, frame: Uint8Array): boolean {
  const start = [0, 2].find((offset) => isAnswer(widths, offset));
  if (start === undefined) return false;
  const first = start + 2;
  // After the last bit: one low pulse, and perhaps the idle line.
  const surplus = widths.length - first - 2 * bits;
  if (surplus < 0 || surplus > 2) return false;
  const threshold = thresholdOf(widths, first);
  if (threshold === undefined) return false;
  let at = first + 1;
  for (let i = 0; i < frame.length; i++) {
    let byte = 0;
    for (const end = at + 16; at < end; at += 2) {
      byte = (byte << 1) | ((widths[at] as number) > threshold ? 1 : 0);
    }
    frame[i] = byte;
  }
  return true;
}

/** µs above which a high pulse is a 1; undefined when a pulse is none of a bit. */
function thresholdOf(widths: Uint16Array, first: number): number | undefined {
  let shortest = Infinity;
  let longest = 0;
  // Without calls and objects: with one for each pulse, this was the longest turn of the loop.
  for (let at = first, end = first + 2 * bits; at < end; ) {
    const low = widths[at++] as number;
    if (low < least || low > most) return undefined;
    const high = widths[at++] as number;
    if (high < shortest) shortest = high;
    if (high > longest) longest = high;
  }
  if (shortest < least || longest > most) return undefined;
  return longest - shortest < leastDifference ? most : (shortest + longest) / 2;
}

function isAnswer(widths: Uint16Array, offset: number): boolean {
  const low = widths[offset] ?? 0;
  const high = widths[offset + 1] ?? 0;
  const { shortest, longest } = answer;
  return low >= shortest && low <= longest && high >= shortest && high <= longest;
}
