// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";

/** How good the air of a room is: 1 the best, 5 the worst, and the word for it. */
export interface AirIndex {
  readonly index: 1 | 2 | 3 | 4 | 5;
  readonly word: "excellent" | "good" | "moderate" | "poor" | "unhealthy";
}

const words = frozen(["excellent", "good", "moderate", "poor", "unhealthy"] as const);

/**
 * Largest value of each class but the last. CO2, ppm: the categories I to III of EN 16798-1 (550, 800
 * and 1,350 ppm above the 400 outdoors), and the limit of a place of work (TRGS 900). VOC, ppb: the
 * levels of the German Umweltbundesamt (Bundesgesundheitsblatt 2007, 50:990–1005).
 */
const bounds = frozen({
  co2: [950, 1_200, 1_750, 5_000],
  voc: [65, 220, 660, 2_200],
});

/** The worse of what CO2 (ppm) and VOC (ppb) say; undefined when neither is known. */
export function airIndex(co2: number | undefined, voc: number | undefined): AirIndex | undefined {
  if (co2 === undefined && voc === undefined) return undefined;
  const worst = Math.max(classOf(co2, bounds.co2), classOf(voc, bounds.voc));
  return { index: (worst + 1) as AirIndex["index"], word: words[worst] ?? "unhealthy" };
}

function classOf(value: number | undefined, limits: readonly number[]): number {
  if (value === undefined) return 0;
  let found = 0;
  while (found < limits.length && value > (limits[found] as number)) found++;
  return found;
}
