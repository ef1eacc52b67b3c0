// SPDX-License-Identifier: MIT

/** What compensation starts from after every reset of the chip (datasheet, ENV_DATA). */
export const standardAir = Object.freeze({ humidityPercent: 50, temperature: 25 });

const unitsPerStep = 512;
const maxHumidity = 100 * unitsPerStep;
const zeroTemperature = -25;

function units(value: number, most: number): number {
  return Math.min(most, Math.max(0, Math.round(value * unitsPerStep)));
}

/**
 * The four bytes of ENV_DATA as one number, the first byte the highest: relative humidity in
 * percent, clamped to 0–100, and temperature in °C, clamped to -25–102.998, both to the nearest
 * 1/512 (datasheet, ENV_DATA).
 */
export function encodeEnvData(humidityPercent: number, celsius: number): number {
  const humidity = units(humidityPercent, maxHumidity);
  // The chip knows no overflow: what does not fit has to be clamped before it is split into bytes.
  const temperature = units(celsius - zeroTemperature, 0xffff);
  return humidity * 0x10000 + temperature;
}
