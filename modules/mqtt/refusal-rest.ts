// SPDX-License-Identifier: MIT

const firstRest = 60_000;
const longestRest = 32 * firstRest;

/**
 * How long that is left out which the broker refuses by ending the connection, ms; `before`: how many
 * times it was left out before.
 */
export function restAfter(before: number): number {
  return Math.min(longestRest, firstRest * 2 ** before);
}
