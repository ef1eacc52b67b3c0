// SPDX-License-Identifier: MIT

/** How many tests did what. */
export interface TestCount {
  passed: number;
  failed: number;
  skipped: number;
}
