// SPDX-License-Identifier: MIT

import type { Clock } from "../base/clock.ts";
import type { Command } from "../console/command.ts";
import type { TimeStatus } from "../time/time-sync.ts";

export interface TimeCommandParts {
  readonly clock: Clock;
  /** Undefined where the host sets the clock, or nobody does. */
  readonly sync: { status(): TimeStatus } | undefined;
}

/** The `time` command. */
export function timeCommands(parts: TimeCommandParts): readonly Command[] {
  return [{ name: "time", help: "the clock, and who has set it", run: () => timeText(parts) }];
}

function timeText({ clock, sync }: TimeCommandParts): string {
  const now = clock.now();
  const up = `up ${Math.floor(clock.ticks() / 1000)} s`;
  const lines = [now === undefined ? `not set, ${up}` : `${new Date(now).toISOString()}, ${up}`];
  if (!sync) {
    lines.push(now === undefined ? "nobody sets it" : "set by the host");
    return lines.join("\n");
  }
  const { age, server, correction, trouble } = sync.status();
  if (age !== undefined) {
    const by = correction === undefined ? "" : `, moved by ${(correction / 1000).toFixed(3)} s`;
    lines.push(`set ${Math.floor(age / 1000)} s ago by ${server}${by}`);
  }
  if (trouble !== undefined) lines.push(trouble);
  return lines.join("\n");
}
