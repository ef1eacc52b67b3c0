// SPDX-License-Identifier: MIT

/** °C from the word of a measurement (Si7021-A20 rev. 1.1, section 5.1.2). */
export function temperatureOf(word: number): number {
  return ((word & 0xfffc) * 175.72) / 65_536 - 46.85;
}

/**
 * Relative humidity in percent, 0–100, from the word of a measurement (section 5.1.1). `correction` is
 * that of the chip, for a temperature of 0 to 80 °C (HTU21D(F), page 4).
 */
export function humidityOf(word: number, temperature: number, correction: number): number {
  const near = Math.min(80, Math.max(0, temperature));
  const humidity = ((word & 0xfffc) * 125) / 65_536 - 6 - correction * (25 - near);
  return Math.min(100, Math.max(0, humidity));
}
