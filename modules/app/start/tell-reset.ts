// SPDX-License-Identifier: MIT

import type { HostReset } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";

/** Tells of a start that nobody has asked for; `before` has the lines of the run before, if any. */
export function tellReset(
  log: Log,
  reset: HostReset | undefined,
  before: readonly string[] = [],
): void {
  if (!reset?.isFault) return;
  const where =
    before.length > 0 ? "log show before has the last lines" : "its last lines are lost";
  const text = `started again after ${reset.cause}; ${where}`;
  log({ level: "warn", part: "boot", event: "reset", text, data: { cause: reset.cause } });
}
