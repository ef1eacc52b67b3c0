// SPDX-License-Identifier: MIT

/**
 * How a bit is told from its pulse: longer than its own low pulse (which survives a sensor with a
 * slow clock), or longer than 40 µs (which survives a long cable that stretches the low pulses).
 */
export type BitRule = "own-low" | "fixed";

const bits = 40;
/** µs: limits of both pulses of the answer, which are 80 nominally. */
const answer = Object.freeze({ least: 60, most: 150 });
/** µs: limits of the pulses of a bit: low 50 nominally, high 26 or 70. */
const shortest = 10;
const longest = 120;
/** µs: high pulses above are a 1 under the fixed rule. */
const threshold = 40;

/**
 * Reads the five bytes of a frame from the pulse widths of one answer, in µs, the first one low.
 * A low and high pulse before the answer are skipped (the end of the start signal), and so is what
 * follows the last bit (AM2302 manual, section 7). False when the widths are not an answer.
 */
export function decodePulses(widths: Uint16Array, rule: BitRule, frame: Uint8Array): boolean {
  const start = [0, 2].find((offset) => isAnswer(widths, offset));
  if (start === undefined) return false;
  const first = start + 2;
  // After the last bit: one low pulse, and perhaps the idle line.
  const surplus = widths.length - first - 2 * bits;
  if (surplus < 0 || surplus > 2) return false;
  // Once for each of the 40 bits: no calls and no objects, or this is the longest turn of the loop.
  const isFixed = rule === "fixed";
  let at = first;
  let byte = 0;
  for (let i = 0; i < bits; i++) {
    const low = widths[at++] as number;
    const high = widths[at++] as number;
    if (low < shortest || low > longest || high < shortest || high > longest) return false;
    byte = (byte << 1) | (high > (isFixed ? threshold : low) ? 1 : 0);
    if ((i & 7) === 7) frame[i >> 3] = byte;
  }
  return true;
}

function isAnswer(widths: Uint16Array, offset: number): boolean {
  const low = widths[offset] ?? 0;
  const high = widths[offset + 1] ?? 0;
  const { least, most } = answer;
  return low >= least && low <= most && high >= least && high <= most;
}
