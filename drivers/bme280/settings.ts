// SPDX-License-Identifier: MIT

import { SensorError } from "../sensor-error.ts";

/** How a measurement is made. More samples give less noise, more heat and more time. */
export interface BME280Settings {
  /** Samples for one temperature: 1, 2, 4, 8 or 16. Default 1. */
  readonly temperatureOversampling?: number;
  /** Samples for one pressure: 0 (not measured), 1, 2, 4, 8 or 16. Default 1. */
  readonly pressureOversampling?: number;
  /** Samples for one humidity: 0 (not measured), 1, 2, 4, 8 or 16. Default 1; BME280 only. */
  readonly humidityOversampling?: number;
  /** Coefficient of the filter that the chip runs over its results: 0 (off), 2, 4, 8, 16. Default 0. */
  readonly filter?: number;
}

/** The settings as register fields. */
export interface MeasurementFields {
  readonly osrsT: number;
  readonly osrsP: number;
  readonly osrsH: number;
  readonly filter: number;
}

const oversamplings = Object.freeze([0, 1, 2, 4, 8, 16]);
const filters = Object.freeze([0, 2, 4, 8, 16]);

/** One sample of each, no filter: what both datasheets recommend for weather; heats least. */
export const defaultFields: MeasurementFields = Object.freeze({
  osrsT: 1,
  osrsP: 1,
  osrsH: 1,
  filter: 0,
});

/** `fields` with the settings that are named; throws when one is not in its list. */
export function withSettings(fields: MeasurementFields, settings: BME280Settings) {
  const { temperatureOversampling, pressureOversampling, humidityOversampling, filter } = settings;
  // The defaults are in flash, and stay there.
  if (
    temperatureOversampling === undefined &&
    pressureOversampling === undefined &&
    humidityOversampling === undefined &&
    filter === undefined
  ) {
    return fields;
  }
  const osrsT = codeOf("temperatureOversampling", temperatureOversampling, oversamplings);
  // Without a temperature nothing can be compensated.
  if (osrsT === 0) throw badOption("temperatureOversampling", 0, oversamplings.slice(1));
  return {
    osrsT: osrsT ?? fields.osrsT,
    osrsP: codeOf("pressureOversampling", pressureOversampling, oversamplings) ?? fields.osrsP,
    osrsH: codeOf("humidityOversampling", humidityOversampling, oversamplings) ?? fields.osrsH,
    filter: codeOf("filter", filter, filters) ?? fields.filter,
  };
}

/** The same with all 20 bits of temperature and pressure. */
export function finest({ osrsP, osrsH, filter }: MeasurementFields): MeasurementFields {
  return { osrsT: 5, osrsP: osrsP === 0 ? 0 : 5, osrsH, filter };
}

/** Longest conversion in ms (BME280 datasheet section 9.1, BMP280 section 3.8). */
export function conversionTime({ osrsT, osrsP, osrsH }: MeasurementFields): number {
  const samples = (osrs: number) => (osrs === 0 ? 0 : 2 ** (osrs - 1));
  const extra = (osrs: number) => (osrs === 0 ? 0 : 2.3 * samples(osrs) + 0.575);
  return 1.25 + 2.3 * samples(osrsT) + extra(osrsP) + extra(osrsH);
}

function codeOf(
  name: string,
  value: number | undefined,
  list: readonly number[],
): number | undefined {
  if (value === undefined) return undefined;
  const code = list.indexOf(value);
  if (code < 0) throw badOption(name, value, list);
  return code;
}

function badOption(name: string, value: unknown, list: readonly number[]): SensorError {
  return new SensorError({
    code: "bme280/bad-option",
    what: `${name} is none of the values allowed`,
    why: `${value} is not one of ${list.join(", ")}`,
  });
}
