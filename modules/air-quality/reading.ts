// SPDX-License-Identifier: MIT

/** What there is to know about the gas values of a reading besides themselves. */
export interface GasDetails {
  /** Why they are to be doubted; empty: nothing is said against them. */
  readonly marks: readonly string[];
  /** Current through the sensing layer, µA. */
  readonly current: number;
  /** Voltage across the sensing layer, V. */
  readonly voltage: number;
}

/** One aligned set of values. A value that is missing is undefined, never a made-up number. */
export interface Reading {
  /** Equivalent CO2 of the gas sensor, ppm. */
  readonly co2: number | undefined;
  /** Total volatile organic compounds, ppb. */
  readonly voc: number | undefined;
  /** Air pressure, Pa. */
  readonly pressure: number | undefined;
  /** Temperature at the pressure sensor, °C. */
  readonly pressureTemperature: number | undefined;
  /** Temperature at the humidity sensor, °C. */
  readonly temperature: number | undefined;
  /** Relative humidity, percent. */
  readonly humidityPercent: number | undefined;
  /** Undefined when there are no gas values. */
  readonly gas?: GasDetails | undefined;
  /** Monotonic ms of the measurement. */
  readonly ticks: number;
}

/** What there is to say about a reading on the console: `co2 612 ppm  voc 32 ppb  …`. */
export function readingText(reading: Reading): string {
  const parts: string[] = [];
  if (reading.co2 !== undefined) parts.push(`co2 ${reading.co2} ppm`);
  if (reading.voc !== undefined) parts.push(`voc ${reading.voc} ppb`);
  if (reading.pressure !== undefined) parts.push(`P ${(reading.pressure / 100).toFixed(1)} hPa`);
  const temperature = reading.temperature ?? reading.pressureTemperature;
  if (temperature !== undefined) parts.push(`T ${temperature.toFixed(1)} °C`);
  if (reading.humidityPercent !== undefined) {
    parts.push(`RH ${reading.humidityPercent.toFixed(1)} %`);
  }
  return parts.length === 0 ? "no values yet" : parts.join("  ");
}
