// SPDX-License-Identifier: MIT

/** What one gas sensor of several says. */
export interface GasValues {
  /** Which it is, for people: "SCD41 at 0x62". */
  readonly sensor: string;
  /** ppm; undefined when it has none, or knows it to be wrong. */
  readonly co2: number | undefined;
  /** ppb. */
  readonly voc: number | undefined;
  /** Index of the German environment agency, 1–5. */
  readonly AQI: number | undefined;
  /** Why its values are missing or to be doubted. */
  readonly marks: readonly string[];
}

/** What there is to know about the gas values of a reading besides themselves. */
export interface GasDetails {
  /** Why they are to be doubted; empty: nothing is said against them. */
  readonly marks: readonly string[];
  /** Current through the sensing layer, µA. */
  readonly current: number;
  /** Voltage across the sensing layer, V. */
  readonly voltage: number;
  /** Of co2, where there are thresholds: "low", "medium" or "high". */
  readonly range?: string;
}

/** One aligned set of values. A value that is missing is undefined, never a made-up number. */
export interface Reading {
  /** CO2 as it was measured, or else the equivalent that a gas sensor computes, ppm. */
  readonly co2: number | undefined;
  /** Total volatile organic compounds, ppb. */
  readonly voc: number | undefined;
  /** Air pressure where the sensor is, Pa. */
  readonly pressure: number | undefined;
  /** The same at sea level, Pa; undefined also while nobody has said how high the sensor is. */
  readonly seaLevelPressure?: number | undefined;
  /** Temperature at the pressure sensor, °C. */
  readonly pressureTemperature: number | undefined;
  /** Temperature at the humidity sensor, °C. */
  readonly temperature: number | undefined;
  /** Relative humidity, percent. */
  readonly humidityPercent: number | undefined;
  /** Of the CCS811; undefined when there are no values of it. */
  readonly gas?: GasDetails | undefined;
  /** What each gas sensor says, best first, where there is another than a CCS811. */
  readonly sensors?: readonly GasValues[];
  /** Monotonic ms of the measurement. */
  readonly ticks: number;
}

/** Why there is no gas value, by its mark; others speak for themselves. */
const reasons: Readonly<Record<string, string>> = Object.freeze({
  warming: "warming up",
  "raw-only": "raw values only",
  "out-of-range": "out of range",
  bus: "broken on the bus",
  saturated: "the sensor is saturated",
});

/** Whether there is anything in it to publish. */
export function hasValue(reading: Reading): boolean {
  const { co2, voc, pressure, pressureTemperature, temperature, humidityPercent } = reading;
  const values = [co2, voc, pressure, pressureTemperature, temperature, humidityPercent];
  return values.some((value) => value !== undefined);
}

/**
 * What there is to say about a reading on the console: `co2 612 ppm  voc 32 ppb  …`, or why a sample
 * of the gas sensor has no value: `co2 – warming up  …`.
 */
export function readingText(reading: Reading): string {
  const parts: string[] = [];
  const marks = reading.sensors?.[0]?.marks ?? reading.gas?.marks ?? [];
  // What the sensor says of itself explains the others.
  const mark = marks.find((each) => !(each in reasons)) ?? marks[0];
  if (reading.co2 !== undefined) parts.push(`co2 ${reading.co2} ppm`);
  else if (mark !== undefined) parts.push(`co2 – ${reasons[mark] ?? mark}`);
  if (reading.voc !== undefined) parts.push(`voc ${reading.voc} ppb`);
  if (reading.pressure !== undefined) parts.push(`P ${(reading.pressure / 100).toFixed(1)} hPa`);
  const temperature = reading.temperature ?? reading.pressureTemperature;
  if (temperature !== undefined) parts.push(`T ${temperature.toFixed(1)} °C`);
  if (reading.humidityPercent !== undefined) {
    parts.push(`RH ${reading.humidityPercent.toFixed(1)} %`);
  }
  return parts.length === 0 ? "no values yet" : parts.join("  ");
}
