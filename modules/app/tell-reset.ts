// SPDX-License-Identifier: MIT

import type { HostReset } from "../base/host.ts";
import type { Log } from "../base/log.ts";

/** Tells of a start that nobody has asked for. */
export function tellReset(log: Log, reset: HostReset | undefined): void {
  if (!reset?.isFault) return;
  const text = `started again after ${reset.cause}; log show before has the last lines`;
  log({ level: "warn", part: "boot", event: "reset", text, data: { cause: reset.cause } });
}
