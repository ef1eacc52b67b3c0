// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { Command } from "../console/command.ts";
import { checkCount } from "../console/command-words.ts";
import type { SessionCounters } from "../mqtt/session-counters.ts";
import type { BoardView } from "./board-view.ts";

/** The `stats` command: what has been counted since the start. */
export const statsCommand: Command<BoardView> = frozen({
  name: "stats",
  help: "what has been counted since the start",
  run: (words, { host, publisher, session, console }) => {
    checkCount(words, 0);
    const lines = [
      `up ${Math.floor(host.clock.ticks() / 1_000)} s`,
      `readings published ${publisher.published}`,
      `console lines lost ${console.dropped}`,
    ];
    if (session) lines.push(`mqtt ${counted(session.counters)}`);
    return lines.join("\n");
  },
});

/** `connects 1, sent 12`: every counter that is not 0. */
function counted(counters: Readonly<SessionCounters>): string {
  const parts: string[] = [];
  for (const [name, count] of Object.entries(counters)) {
    if (count !== 0) parts.push(`${name} ${count}`);
  }
  return parts.length === 0 ? "nothing yet" : parts.join(", ");
}
