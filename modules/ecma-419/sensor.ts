// SPDX-License-Identifier: MIT

/** Sub-objects of a compound sample (ECMA-419 section 14). */
export interface CarbonDioxideSample {
  /** ppm. */
  readonly CO2: number;
}
export interface VOCSample {
  /** ppb. */
  readonly tvoc: number;
}
export interface ThermometerSample {
  /** °C. */
  readonly temperature: number;
}
export interface BarometerSample {
  /** Pa. */
  readonly pressure: number;
}
/** ECMA-419 contradicts itself on the unit; ours is percent, and the sample's field says so. */
export interface HygrometerSample {
  /** Relative humidity in percent, 0–100. */
  readonly humidity: number;
}

/** An addition to the standard: the air quality index of the German environment agency (UBA). */
export interface AirQualitySample {
  /** 1 excellent, 2 good, 3 moderate, 4 poor, 5 unhealthy. */
  readonly AQI: number;
}

/** What a climate sensor's `sample()` returns; a quantity that the chip lacks is left out. */
export interface ClimateSample {
  thermometer?: ThermometerSample;
  barometer?: BarometerSample;
  hygrometer?: HygrometerSample;
  /** CO2 itself, or what the chip takes for its equivalent. */
  carbonDioxideDetector?: CarbonDioxideSample;
  vocDetector?: VOCSample;
  airQuality?: AirQualitySample;
  /** Of a gas sensor: why its values are missing or to be doubted. */
  marks?: readonly string[];
  /** Monotonic ms of the measurement. */
  ticks: number;
}

/**
 * How a sensor is, as its driver sees it. "starting": it has not answered yet, nor been given up.
 * "absent": nothing answers. "wrong-id": another chip answers. "fault": it answers, but not as it
 * should. "ready": it has answered as the chip that it is, and samples come.
 */
export type SensorState = "starting" | "absent" | "wrong-id" | "fault" | "ready";
