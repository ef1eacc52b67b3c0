// SPDX-License-Identifier: MIT

import type { Reading } from "./reading.ts";

/** When a reading is published. */
export interface PublishLimits {
  /** ms between two readings. */
  readonly period: number;
  /** Longest time between two published readings, ms. */
  readonly interval: number;
  /** Shortest time between two published readings, ms; wins over everything else. */
  readonly floor: number;
  /** Changes larger than these are published at once; 0: none is. ppm, ppb, °C and percent. */
  readonly co2: number;
  readonly voc: number;
  readonly temperature: number;
  readonly humidity: number;
}

/** Readings come by the gas sensor's clock, which may be fast, and some are noticed late. */
const earlyPart = 0.1;

function hasChanged(now: number | undefined, before: number | undefined, limit: number): boolean {
  if (limit === 0 || now === before) return false;
  // A value that has come or gone is news, too.
  if (now === undefined || before === undefined) return true;
  return Math.abs(now - before) > limit;
}

/** A threshold of the gas sensor lies between the two. */
function hasCrossed({ gas }: Reading, last: Reading): boolean {
  const before = last.gas?.range;
  return gas?.range !== undefined && before !== undefined && gas.range !== before;
}

/**
 * Whether `reading` is to be published after `last`, the one that was published before it: because
 * it is time, or because a value has changed by more than its limit.
 */
export function isWorthPublishing(
  reading: Reading,
  last: Reading | undefined,
  limits: PublishLimits,
): boolean {
  if (!last) return true;
  const elapsed = reading.ticks - last.ticks + earlyPart * limits.period;
  if (elapsed < limits.floor) return false;
  if (elapsed >= limits.interval) return true;
  // Else the first values after the warm-up could wait for an hour.
  if (reading.co2 !== undefined && last.co2 === undefined) return true;
  if (hasCrossed(reading, last)) return true;
  const { co2, voc, temperature, humidity } = limits;
  return (
    hasChanged(reading.co2, last.co2, co2) ||
    hasChanged(reading.voc, last.voc, voc) ||
    hasChanged(reading.temperature, last.temperature, temperature) ||
    hasChanged(reading.pressureTemperature, last.pressureTemperature, temperature) ||
    hasChanged(reading.humidityPercent, last.humidityPercent, humidity)
  );
}
