// SPDX-License-Identifier: MIT

import type { Clock } from "../base/clock.ts";

const day = 86_400_000;
/** For the wall clock to be set, counted from the start of measuring, ms. */
const maxWait = 7_200_000;
const ageless = "its age is not known";

/**
 * The age of a baseline that was stored at `time` (wall clock, ms), in ms, or why that can not be
 * said; "wait" while the clock may still be set. `since`: monotonic ms at which measuring began.
 */
export function baselineAge(
  time: number | undefined,
  since: number,
  clock: Pick<Clock, "now" | "ticks">,
): number | "wait" | typeof ageless {
  const now = clock.now();
  // A board that never knows the time has nothing better.
  if (time === undefined) return now === undefined ? 0 : ageless;
  if (now === undefined) return clock.ticks() - since < maxWait ? "wait" : ageless;
  return now >= time - day ? Math.max(0, now - time) : ageless;
}
