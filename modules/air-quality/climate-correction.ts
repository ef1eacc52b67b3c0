// SPDX-License-Identifier: MIT

import type { ClimateSample } from "../ecma-419/sensor.ts";

/** What somebody who has compared the sensors knows, and where they are. */
export interface ClimateCorrection {
  /** Added to each temperature, °C. */
  readonly temperature: number;
  /** Added to each relative humidity, percent. */
  readonly humidity: number;
  /** Height above the sea, m; 0: not known. */
  readonly altitude: number;
}

/** A sample after its correction. */
export interface CorrectedSample extends ClimateSample {
  /** The pressure that a barometer at the sea would show, Pa. */
  readonly seaLevelPressure?: number;
}

/** The sample as it is to be used: with the offsets, and the pressure at sea level. */
export function corrected(sample: ClimateSample, correction: ClimateCorrection): CorrectedSample {
  const { temperature, humidity, altitude } = correction;
  if (temperature === 0 && humidity === 0 && altitude === 0) return sample;
  const { thermometer, hygrometer, barometer, ticks } = sample;
  const result: CorrectedSample & { seaLevelPressure?: number } = { ticks };
  if (thermometer) result.thermometer = { temperature: thermometer.temperature + temperature };
  if (hygrometer) result.hygrometer = { humidity: percent(hygrometer.humidity + humidity) };
  if (barometer) {
    result.barometer = barometer;
    if (altitude !== 0) result.seaLevelPressure = seaLevelPressure(barometer.pressure, altitude);
  }
  return result;
}

function percent(value: number): number {
  return Math.min(100, Math.max(0, value));
}

/** Pressure at sea level, Pa, from that at `altitude` m (BMP180 datasheet, section 3.7). */
export function seaLevelPressure(pressure: number, altitude: number): number {
  return pressure / (1 - altitude / 44_330) ** 5.255;
}
