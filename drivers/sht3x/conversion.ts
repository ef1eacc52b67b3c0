// SPDX-License-Identifier: MIT

/** °C from the raw 16-bit value: −45 to 130 (SHT3x datasheet section 4.13). */
export function temperatureOf(raw: number): number {
  return -45 + (175 * raw) / 65_535;
}

/** Relative humidity in percent, 0–100, from the raw 16-bit value. */
export function humidityOf(raw: number): number {
  return (100 * raw) / 65_535;
}
