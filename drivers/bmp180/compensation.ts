// SPDX-License-Identifier: MIT

import type { Calibration } from "./calibration.ts";
import type { Oversampling } from "./registers.ts";

/*
 * The integer compensation of the datasheet (section 3.5). Its powers of two are arithmetic shifts,
 * which round down; its other divisions drop the fraction. Products pass 31 bits, so the shifts are
 * divisions here: `>>` would cut them.
 */

function shiftRight(value: number, bits: number): number {
  return Math.floor(value / 2 ** bits);
}

/**
 * The datasheet's B5, the temperature in 1/160 °C, from the raw 16-bit value. Undefined when the
 * calibration would make it divide by zero.
 */
export function fineTemperatureOf(raw: number, c: Calibration): number | undefined {
  const X1 = shiftRight((raw - c.AC6) * c.AC5, 15);
  if (X1 + c.MD === 0) return undefined;
  return X1 + Math.trunc((c.MC * 2_048) / (X1 + c.MD));
}

/** °C, in steps of 0.1, from the fine temperature. */
export function temperatureOf(fine: number): number {
  return shiftRight(fine + 8, 4) / 10;
}

/**
 * Pa from the raw value, which has 16 bits and one more for each step of oversampling. Undefined
 * when the values can not belong together.
 */
export function pressureOf(
  raw: number,
  oversampling: Oversampling,
  { fine, calibration: c }: { readonly fine: number; readonly calibration: Calibration },
): number | undefined {
  const B6 = fine - 4_000;
  const square = shiftRight(B6 * B6, 12);
  const offset = shiftRight(c.B2 * square, 11) + shiftRight(c.AC2 * B6, 11);
  const B3 = Math.trunc(((c.AC1 * 4 + offset) * 2 ** oversampling + 2) / 4);
  const slope = shiftRight(c.AC3 * B6, 13) + shiftRight(c.B1 * square, 16);
  const B4 = shiftRight(c.AC4 * (shiftRight(slope + 2, 2) + 32_768), 15);
  const B7 = (raw - B3) * (50_000 >> oversampling);
  // Both are unsigned in the datasheet's routine.
  if (B4 <= 0 || B7 < 0) return undefined;
  const p = B7 < 0x80000000 ? Math.trunc((2 * B7) / B4) : 2 * Math.trunc(B7 / B4);
  const high = shiftRight(p, 8);
  const X1 = shiftRight(high * high * 3_038, 16);
  const X2 = shiftRight(-7_357 * p, 16);
  return p + shiftRight(X1 + X2 + 3_791, 4);
}
