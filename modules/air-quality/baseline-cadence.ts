// SPDX-License-Identifier: MIT

const hour = 3_600_000;

/** ms of measuring after which the first baseline is saved: it has stopped moving by then. */
export const firstSave = hour;
/** Sensors are young for 500 h: their baseline moves. */
const youth = 500 * hour;
const youngInterval = 24 * hour;
const oldInterval = 6 * 24 * hour;

/**
 * ms of measuring between two saves: a day during the first 500 hours of a sensor, six days later
 * (datasheet 1.0: 24–48 h, then 5–7 days; the chip's own correction works over 24 h). When nothing
 * is stored yet, an hour, so that a board that is switched off every evening has one, too.
 */
export function saveInterval(hasRecord: boolean, minutes: number): number {
  if (!hasRecord) return firstSave;
  return minutes * 60_000 < youth ? youngInterval : oldInterval;
}
