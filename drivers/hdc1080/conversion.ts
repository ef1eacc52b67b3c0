// SPDX-License-Identifier: MIT

/** °C from the raw word, −40 to 125 (SNAS672A, section 8.6.1). */
export function temperatureOf(raw: number): number {
  return (raw * 165) / 65_536 - 40;
}

/** Relative humidity in percent, 0–100, from the raw word (section 8.6.2). */
export function humidityOf(raw: number): number {
  return (raw * 100) / 65_536;
}
