// SPDX-License-Identifier: MIT

/**
 * Random bytes fit for keys, at most 256: of the operating system, or of the generator in the chip,
 * which is good as long as Wi-Fi, whose noise feeds it, is on.
 */
export function entropy(count: number): ArrayBuffer;
