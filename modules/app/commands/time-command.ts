// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Host } from "../../base/host.ts";
import type { Command } from "../../console/command.ts";
import { checkCount } from "../../console/command-words.ts";
import type { TimeSync } from "../../time/time-sync.ts";

/** What the command looks at. */
export interface TimeView {
  readonly host: Pick<Host, "clock">;
  /** Undefined where the host sets the clock, or nobody does. */
  readonly time: Pick<TimeSync, "status"> | undefined;
}

/** The `time` command. */
export const timeCommand: Command<TimeView> = frozen({
  name: "time",
  help: "the clock, and who has set it",
  run: (words, view) => {
    checkCount(words, 0);
    return timeText(view);
  },
});

function timeText({ host: { clock }, time }: TimeView): string {
  const now = clock.now();
  const up = `up ${Math.floor(clock.ticks() / 1000)} s`;
  const lines = [now === undefined ? `not set, ${up}` : `${new Date(now).toISOString()}, ${up}`];
  if (!time) {
    lines.push(now === undefined ? "nobody sets it" : "set by the host");
    return lines.join("\n");
  }
  const { age, server, correction, trouble } = time.status();
  if (age !== undefined) {
    const by = correction === undefined ? "" : `, moved by ${(correction / 1000).toFixed(3)} s`;
    lines.push(`set ${Math.floor(age / 1000)} s ago by ${server}${by}`);
  }
  if (trouble !== undefined) lines.push(trouble);
  return lines.join("\n");
}
