// SPDX-License-Identifier: MIT

/** What is left of the seeds where time counts more than the last rare case: one of ten. */
const localShare = 10;

/**
 * How many seeds of a random test to run: all of them in CI, a tenth on the machine of a developer,
 * who waits for the result. `CI=1 npm run test:node -- FILE` runs all of a file's.
 */
export function seedCount(full: number): number {
  // The bundle for XS, which knows no environment, has the value in the place of this expression.
  return process.env.CI === undefined ? Math.max(1, Math.ceil(full / localShare)) : full;
}
