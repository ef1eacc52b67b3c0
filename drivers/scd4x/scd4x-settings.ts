// SPDX-License-Identifier: MIT

import { SensorError } from "../sensor-error.ts";
import { command, offsetWord } from "./commands.ts";

/** How it measures. What is left out stays as the chip has it stored. */
export interface SCD4xSettings {
  /** "periodic" (default): a sample every 5 s; "low-power": every 30 s, a fifth of the current. */
  readonly mode?: "periodic" | "low-power";
  /** m above the sea, 0–3,000; not used once a pressure was given. */
  readonly altitude?: number;
  /** Pa, 70,000–120,000: the air pressure at the sensor; may change at any time. */
  readonly pressure?: number;
  /** °C, 0–20, by which the sensor is warmer than the air; the chip's own is 4. */
  readonly temperatureOffset?: number;
  /** Takes the lowest CO2 of a week for fresh air, 400 ppm; the chip's own is true. */
  readonly selfCalibration?: boolean;
  /** Leave the sensor measuring at `close`, for a deep sleep; default false. */
  readonly keepRunning?: boolean;
  /**
   * Which one the driver before has left measuring, "SCD41", in this mode and with these settings: its sample is taken
   * without a stop and a start. One that does not measure any more is started as ever.
   */
  readonly before?: string;
  /** Calibrates to air whose CO2 is known. */
  readonly recalibration?: Recalibration;
}

/** A forced recalibration: it holds for the life of the sensor, or until the next. */
export interface Recalibration {
  /** The CO2 around the sensor, ppm, 400–2,000. */
  readonly CO2: number;
  /** Told the correction in ppm, or why there is none. Called from a timer. */
  readonly onDone: (result: number | SensorError) => void;
}

const ranges = Object.freeze([
  ["altitude", "m", 0, 3_000],
  ["pressure", "Pa", 70_000, 120_000],
  ["temperatureOffset", "°C", 0, 20],
] as const);

/** Throws SensorError when one is out of range. */
export function checkSettings(settings: SCD4xSettings): void {
  for (const [name, unit, least, most] of ranges) {
    const value = settings[name];
    if (value !== undefined && !(value >= least && value <= most)) {
      throw badOption(`the ${name} is out of range`, `${value} is not ${least} to ${most} ${unit}`);
    }
  }
  const { mode, recalibration } = settings;
  if (mode !== undefined && mode !== "periodic" && mode !== "low-power") {
    throw badOption("the mode is none of the values allowed", `${mode} is not periodic, low-power`);
  }
  const CO2 = recalibration?.CO2 ?? 400;
  if (!(CO2 >= 400 && CO2 <= 2_000)) {
    throw badOption("the CO2 to calibrate to is out of range", `${CO2} is not 400 to 2000 ppm`);
  }
}

function badOption(what: string, why: string): SensorError {
  return new SensorError({ code: "scd4x/bad-option", what, why });
}

/** What has to be written while the chip is idle: pairs of command and word. */
export function idleWrites(settings: SCD4xSettings): readonly (readonly [number, number])[] {
  const { temperatureOffset, altitude, selfCalibration } = settings;
  const writes: [number, number][] = [];
  if (temperatureOffset !== undefined) {
    writes.push([command.setOffset, offsetWord(temperatureOffset)]);
  }
  if (altitude !== undefined) writes.push([command.setAltitude, Math.round(altitude)]);
  if (selfCalibration !== undefined) writes.push([command.setSelfCalibration, +selfCalibration]);
  return writes;
}
