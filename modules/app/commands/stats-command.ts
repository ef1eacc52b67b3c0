// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { MemoryUse } from "../../base/memory-use.ts";
import type { TurnTimes } from "../../base/turn-meter.ts";
import type { Command } from "../../console/command.ts";
import { checkCount } from "../../console/command-words.ts";
import { counted } from "../../mqtt/counters.ts";
import type { BoardView } from "./board-view.ts";

/** The `stats` command: memory, the time of the loop, and what has been counted since the start. */
export const statsCommand: Command<BoardView> = frozen({
  name: "stats",
  help: "memory, time of the loop, and what has been counted since the start",
  details: [
    "slots   of the heap: objects and closures; chunks: strings and buffers",
    "turns   how long the firmware kept the loop, per callback of the host",
  ].join("\n"),
  run: (words, { host, publisher, session, pairing, console }) => {
    checkCount(words, 0);
    const { memory, turns } = host.system;
    const lines = [`up ${Math.floor(host.clock.ticks() / 1_000)} s`];
    const use = memory?.use();
    if (use) lines.push(memoryText(use));
    if (turns) {
      lines.push(`turns ${turnText(turns.all)}`);
      lines.push(`since the last stats ${turnText(turns.takeRecent())}`);
    }
    lines.push(`readings published ${publisher.published}`);
    lines.push(`console lines lost ${console.dropped}`);
    if (session) lines.push(`mqtt ${countersText(counted(session.counters))}`);
    if (pairing?.active) lines.push(`pairing ${countersText(pairing.active.counters)}`);
    return lines.join("\n");
  },
});

/** `slots 3105 of 4927, chunks 41220 of 78848 bytes, 90112 bytes free beside the heap`, and the least of both rests. */
function memoryText(use: MemoryUse): string {
  const { chunks, free, leastFree, leastStack } = use;
  let text = `slots ${use.slots}${limitText(use.slotLimit)}`;
  if (chunks !== undefined) text += `, chunks ${chunks}${limitText(use.chunkLimit)} bytes`;
  if (free !== undefined) text += `, ${free} bytes free beside the heap`;
  if (leastFree !== undefined) text += `, at least ${leastFree} so far`;
  if (leastStack !== undefined) text += `, ${leastStack} bytes of the stack of C never used`;
  return text;
}

function limitText(limit: number | undefined): string {
  return limit === undefined ? "" : ` of ${limit}`;
}

function turnText({ turns, mean, longest }: TurnTimes): string {
  return `${turns}, mean ${mean.toFixed(2)} ms, longest ${longest.toFixed(1)} ms`;
}

/** `connects 1, sent 12`: every counter that is not 0. */
function countersText(counters: object): string {
  const all = Object.entries(counters).filter(([, count]) => count !== 0);
  const parts = all.map(([name, count]) => `${name} ${count}`);
  return parts.length === 0 ? "nothing yet" : parts.join(", ");
}
