// SPDX-License-Identifier: MIT

/** Registers (ENS160 datasheet v0.95, section 16). */
export const register = Object.freeze({
  id: 0x00,
  mode: 0x10,
  /** Two words: temperature, humidity. */
  air: 0x13,
  /** Status, index, two words: TVOC, equivalent CO2. */
  status: 0x20,
});

export const mode = Object.freeze({ idle: 0x01, standard: 0x02, reset: 0xf0 });

/** Bits of DEVICE_STATUS. */
export const status = Object.freeze({
  isRunning: 0x80,
  hasError: 0x40,
  isNew: 0x02,
  /** What does not change from one read to the next. */
  steady: 0xcc,
});

/** Bits 3:2 of the status: what the results are worth. */
export type Validity = 0 | 1 | 2 | 3;

export function validityOf(statusByte: number): Validity {
  return ((statusByte >> 2) & 0x03) as Validity;
}

/** Bytes from the status on. */
export const resultLength = 6;

/** What the six bytes from the status on say: ppb, ppm, index 1–5; undefined: they can not be. */
export function resultOf(
  bytes: Uint8Array,
): { readonly tvoc: number; readonly CO2: number; readonly AQI: number } | undefined {
  const [, index = 0, tvocLow = 0, tvocHigh = 0, low = 0, high = 0] = bytes;
  const AQI = index & 0x07;
  const tvoc = tvocLow | (tvocHigh << 8);
  const CO2 = low | (high << 8);
  const isPossible = AQI >= 1 && AQI <= 5 && tvoc <= 65_000 && CO2 >= 400 && CO2 <= 65_000;
  return isPossible ? { tvoc, CO2, AQI } : undefined;
}

/** TEMP_IN and RH_IN for °C and percent, each low byte first; a value out of range is its end. */
export function airBytes(temperature: number, humidityPercent: number): Uint8Array {
  const kelvins = Math.round((clamped(temperature, -40, 85) + 273.15) * 64);
  const humidity = Math.round(clamped(humidityPercent, 0, 100) * 512);
  return Uint8Array.of(kelvins & 0xff, kelvins >> 8, humidity & 0xff, humidity >> 8);
}

function clamped(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
