// SPDX-License-Identifier: MIT

/** Register addresses (BMP180 datasheet section 4). */
export const register = Object.freeze({
  calibration: 0xaa,
  control: 0xf4,
  result: 0xf6,
});

/** The only address. */
export const address = 0x77;
/** Content of the id register; a BMP085 has the same. */
export const chipId = 0x55;
/** 0xAA–0xBF. */
export const calibrationLength = 22;
/** In the control register: a conversion runs. */
export const converting = 0x20;
/** Starts a temperature measurement when written to the control register. */
export const measureTemperature = 0x2e;

/** Oversampling setting "oss": 1, 2, 4 or 8 samples for one pressure. */
export type Oversampling = 0 | 1 | 2 | 3;

/** Starts a pressure measurement when written to the control register. */
export function measurePressure(oversampling: Oversampling): number {
  return 0x34 | (oversampling << 6);
}

/** Longest conversion in ms, rounded up (datasheet table 3). */
export const conversionTime = Object.freeze({
  temperature: 5,
  pressure: Object.freeze([5, 8, 14, 26] as const),
});
