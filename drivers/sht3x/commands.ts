// SPDX-License-Identifier: MIT

/** Commands of 16 bits, sent high byte first (SHT3x datasheet section 4). */
export const command = Object.freeze({
  readStatus: 0xf32d,
  softReset: 0x30a2,
});

/** How often the chip samples for one measurement: noise against time and heat. */
export type Repeatability = "low" | "medium" | "high";

/** One measurement without clock stretching (table 9), and its longest time in ms (table 4). */
export const measurement: Readonly<
  Record<Repeatability, { readonly command: number; readonly time: number }>
> = Object.freeze({
  low: Object.freeze({ command: 0x2416, time: 4.5 }),
  medium: Object.freeze({ command: 0x240b, time: 6.5 }),
  high: Object.freeze({ command: 0x2400, time: 15.5 }),
});
