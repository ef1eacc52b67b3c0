// SPDX-License-Identifier: MIT

/** Commands of 16 bits, sent high byte first (SCD4x datasheet v1.7, table 9). */
export const command = Object.freeze({
  startPeriodic: 0x21b1,
  startLowPower: 0x21ac,
  stop: 0x3f86,
  wakeUp: 0x36f6,
  readSerialNumber: 0x3682,
  readVariant: 0x202f,
  readDataReady: 0xe4b8,
  readMeasurement: 0xec05,
  setPressure: 0xe000,
  setOffset: 0x241d,
  setAltitude: 0x2427,
  setSelfCalibration: 0x2416,
  recalibrate: 0x362f,
});

/** ms that the commands take (table 9); those of 1 ms get one more for the length of a timer. */
export const commandTime = Object.freeze({
  short: 2,
  /** `stop`; nothing is answered meanwhile. */
  stop: 500,
  wakeUp: 30,
  recalibrate: 400,
});

/** ms between two samples. */
export const period = Object.freeze({ periodic: 5_000, "low-power": 30_000 });

/** Which chip it is, by the highest four bits of its variant. */
export function modelOf(variant: number): string {
  const models: Readonly<Record<number, string>> = { 0: "SCD40", 1: "SCD41", 5: "SCD43" };
  return models[variant >> 12] ?? "SCD4x";
}

/** The word for a temperature offset in °C. */
export function offsetWord(offset: number): number {
  return Math.round((offset * 65_535) / 175);
}
