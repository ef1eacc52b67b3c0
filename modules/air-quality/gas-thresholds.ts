// SPDX-License-Identifier: MIT

/** Borders of the ranges low, medium and high of co2, ppm, and how far to go beyond one. */
export interface GasThresholds {
  readonly lowToMedium: number;
  readonly mediumToHigh: number;
  readonly hysteresis?: number;
}

/** What a gas sensor can show, ppm; the hysteresis is a byte (datasheet of the CCS811, THRESHOLDS). */
const [least, most, widest] = [400, 64_000, 255];

/** Reads `1000,2000` or `1000,2000,100`; undefined: that is not it. */
export function parseThresholds(text: string): GasThresholds | undefined {
  if (!/^\d{3,5}, ?\d{3,5}(, ?\d{1,3})?$/.test(text)) return undefined;
  const [lowToMedium = 0, mediumToHigh = 0, hysteresis] = text.split(",").map(Number);
  if (lowToMedium < least || mediumToHigh <= lowToMedium || mediumToHigh > most) return undefined;
  if (hysteresis === undefined) return { lowToMedium, mediumToHigh };
  return hysteresis <= widest ? { lowToMedium, mediumToHigh, hysteresis } : undefined;
}

/** Says what thresholds look like, unless the text has some or is empty. */
export function checkThresholds(text: string): string | undefined {
  if (text === "" || parseThresholds(text)) return undefined;
  return `takes two numbers from ${least} to ${most}, the lower first, and perhaps a hysteresis to ${widest}, such as 1000,2000,50`;
}
