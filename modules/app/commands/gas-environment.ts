// SPDX-License-Identifier: MIT

import type { AirQualityStation } from "../../air-quality/air-quality-station.ts";
import { UsageError } from "../../console/command-error.ts";
import { checkCount } from "../../console/command-words.ts";

type Station = Pick<AirQualityStation, "compensation" | "hold">;
type Source = Station["compensation"]["from"];

/** What the chip takes: percent of relative humidity, and °C (datasheet, ENV_DATA). */
const mostHumidity = 100;
const leastTemperature = -25;
const mostTemperature = 100;

/** `ccs811 env [HUMIDITY TEMPERATURE | auto]`: what the gas sensor is compensated for. */
export function gasEnvironment(station: Station, words: readonly string[]): string {
  const [first, second] = words;
  if (first === "auto") {
    checkCount(words, 1);
    station.hold(undefined);
  } else if (first !== undefined) {
    checkCount(words, 2);
    if (second === undefined) throw new UsageError("ccs811 env needs humidity and temperature");
    const humidityPercent = numberIn(first, "humidity, percent from", [0, mostHumidity]);
    const range = [leastTemperature, mostTemperature] as const;
    const temperature = numberIn(second, "temperature, °C from", range);
    station.hold({ humidityPercent, temperature });
  }
  const { humidityPercent, temperature, from } = station.compensation;
  const air = `${humidityPercent.toFixed(1)} % and ${temperature.toFixed(1)} °C`;
  return `compensating for ${air}, ${sourceText(from)}`;
}

function sourceText(source: Source): string {
  switch (source) {
    case "hand":
      return "given by hand until ccs811 env auto or the next start";
    case "humidity":
      return "from the humidity sensor";
    case "pressure":
      return "the temperature from the pressure sensor";
    default:
      return "because no climate sensor speaks";
  }
}

function numberIn(text: string, what: string, [least, most]: readonly [number, number]): number {
  const value = /^-?\d{1,3}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${JSON.stringify(text)} is not a ${what} ${least} to ${most}`);
}
