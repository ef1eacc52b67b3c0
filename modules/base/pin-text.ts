// SPDX-License-Identifier: MIT

/** The largest number of a pin. */
export const largestPin = 48;
