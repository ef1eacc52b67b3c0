// SPDX-License-Identifier: MIT

/** Borders of the ranges low, medium and high of eCO2 (datasheet, THRESHOLDS). */
export interface Thresholds {
  /** ppm, 0–65,535; below the next. Chip's default 1,500. */
  readonly lowToMedium: number;
  /** ppm, 0–65,535. Chip's default 2,500. */
  readonly mediumToHigh: number;
  /** ppm to go beyond a border before the range changes, 0–255; default 50. */
  readonly hysteresis?: number;
}

export type AirRange = "low" | "medium" | "high";

/** What firmware 2.x keeps to by itself, and 1.x by default, ppm. */
export const defaultHysteresis = 50;
/** From this application on the hysteresis is fixed, and the mailbox a byte shorter. */
const fixedHysteresis = 0x2000;

function isWord(value: unknown, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most;
}

/** What is wrong with thresholds, in words; undefined when nothing is. */
export function thresholdsFault(thresholds: Thresholds): string | undefined {
  const { lowToMedium, mediumToHigh, hysteresis = defaultHysteresis } = thresholds;
  if (!isWord(lowToMedium, 0xffff)) return `lowToMedium ${lowToMedium} is not 0 to 65535`;
  if (!isWord(mediumToHigh, 0xffff)) return `mediumToHigh ${mediumToHigh} is not 0 to 65535`;
  if (!isWord(hysteresis, 0xff)) return `hysteresis ${hysteresis} is not 0 to 255`;
  if (lowToMedium < mediumToHigh) return undefined;
  return `lowToMedium ${lowToMedium} is not below mediumToHigh ${mediumToHigh}`;
}

/**
 * The data bytes of THRESHOLDS for an application version word: five with the hysteresis before
 * 2.0.0, four since.
 */
export function encodeThresholds(thresholds: Thresholds, version: number): Uint8Array {
  const { lowToMedium: low, mediumToHigh: high, hysteresis = defaultHysteresis } = thresholds;
  const bytes = Uint8Array.of(low >> 8, low & 0xff, high >> 8, high & 0xff, hysteresis);
  return version >= fixedHysteresis ? bytes.subarray(0, 4) : bytes;
}

/** The range of `CO2` (ppm) when it was `before`: a border counts when passed by the hysteresis. */
export function rangeOf(CO2: number, thresholds: Thresholds, before: AirRange): AirRange {
  const { lowToMedium, mediumToHigh, hysteresis = defaultHysteresis } = thresholds;
  const isHigh =
    before === "high" ? CO2 >= mediumToHigh - hysteresis : CO2 > mediumToHigh + hysteresis;
  if (isHigh) return "high";
  const isMedium =
    before === "low" ? CO2 > lowToMedium + hysteresis : CO2 >= lowToMedium - hysteresis;
  return isMedium ? "medium" : "low";
}
