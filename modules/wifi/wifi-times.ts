// SPDX-License-Identifier: MIT

/** Longest time until the access point lets the board in, ms. */
export const joinLimit = 15_000;

/** Longest time from then on until there is an address, ms. */
export const addressLimit = 30_000;

/** How often the interface is looked at, ms. */
export const pollInterval = 2_000;

/** A connection that has lasted so long holds, ms. */
export const stable = 30_000;

/** Time for the end of the old connection to be reported before a new one is asked for, ms. */
export const settleTime = 1_000;
