// SPDX-License-Identifier: MIT

import type { Calibration } from "../../../drivers/bmp180/calibration.ts";

/** The calibration of the datasheet's example (section 3.5). */
export const exampleCalibration: Calibration = Object.freeze({
  AC1: 408,
  AC2: -72,
  AC3: -14_383,
  AC4: 32_741,
  AC5: 32_757,
  AC6: 23_153,
  B1: 6_190,
  B2: 4,
  MB: -32_768,
  MC: -8_711,
  MD: 2_868,
});
