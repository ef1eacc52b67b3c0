// SPDX-License-Identifier: MIT

import type { RoomInputs } from "./room-schedule.ts";

/** CO2 in ppm, TVOC in ppb, temperature in °C, water vapour in g/m³. */
export type RoomState = readonly [CO2: number, tvoc: number, temperature: number, water: number];

/** Numbers in a `RoomState`. */
export const stateSize = 4;

/** m³. */
const volume = 45;
const outdoorCO2 = 420;
/** l/h of CO2 that one person at a desk breathes out. */
const breath = 20;
/** Air changes per hour. */
const leakage = 0.5;
const airing = 6;

/** A room that nobody has been in for a while, but for those who are there now. */
export function roomAtStart({ people, outdoorWater }: RoomInputs): RoomState {
  return [outdoorCO2 + 30 + 90 * people, 40 + 25 * people, 21.5 + 0.2 * people, outdoorWater + 1.5];
}

/** The room `ms` later, with the inputs that hold meanwhile. */
export function stepRoom(state: RoomState, inputs: RoomInputs, ms: number): RoomState {
  const [CO2, tvoc, temperature, water] = state;
  const { people, windowOpen, solvent, outdoorTemperature, outdoorWater } = inputs;
  const hours = ms / 3_600_000;
  const changes = windowOpen ? airing : leakage;
  // Walls and furniture hold far more heat and some of the water: they pull towards the mean.
  const heat = 1.6 * (21.5 + 0.5 * people - temperature);
  const cooling = 0.25 * changes * (outdoorTemperature - temperature) + 0.125 * 8;
  const damp = 1.2 * (outdoorWater + 1.5 - water);
  return [
    CO2 + hours * ((people * breath * 1_000) / volume - changes * (CO2 - outdoorCO2)),
    tvoc + hours * (20 + 60 * people + solvent - changes * tvoc),
    temperature + hours * (heat + cooling),
    water + hours * ((people * 50) / volume + damp + changes * (outdoorWater - water)),
  ];
}

/** Percent, from g/m³ of water and °C; clamped to 0–100. */
export function relativeHumidity(water: number, temperature: number): number {
  const saturated = (216.7 * saturationPressure(temperature)) / (temperature + 273.15);
  return Math.min(100, Math.max(0, (100 * water) / saturated));
}

/** hPa over water, -50 to 50 °C: the polynomial of Lowe (1977), free of functions that differ
 * between engines. */
function saturationPressure(t: number): number {
  const high = 3.031240396e-6 + t * (2.034080948e-8 + t * 6.136820929e-11);
  const low = 1.428945805e-2 + t * (2.650648471e-4 + t * high);
  return 6.107799961 + t * (4.436518521e-1 + t * low);
}
