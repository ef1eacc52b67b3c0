// SPDX-License-Identifier: MIT

/** Random bytes of the operating system, fit for keys; at most 256. */
export function entropy(count: number): ArrayBuffer;
