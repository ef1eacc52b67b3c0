// SPDX-License-Identifier: MIT

/**
 * Random bytes of the generator in the chip, at most 256: fit for keys as long as Wi-Fi, whose noise
 * feeds it, is on.
 */
export function entropy(count: number): ArrayBuffer;
