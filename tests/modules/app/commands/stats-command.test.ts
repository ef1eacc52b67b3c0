// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { TurnMeter } from "../../../../modules/base/turn-meter.ts";
import { CommandBench, type CommandBenchOptions } from "../../../support/command-bench.ts";

function memoryLine(memory: CommandBenchOptions["memory"]): string | undefined {
  const lines = new CommandBench({ memory, offline: true }).run("stats").split("\n");
  return lines.find((line) => line.startsWith("slots"));
}

test("stats tells of the heap what the host knows, with its limits where there are any", () => {
  assert.equal(
    memoryLine({ slots: 3_105, slotLimit: 4_927, chunks: 41_220, chunkLimit: 78_848, free: 99 }),
    "slots 3105 of 4927, chunks 41220 of 78848 bytes, 99 bytes free beside the heap",
  );
  assert.equal(
    memoryLine({ slots: 2_000, chunks: 800, free: 99, leastFree: 28, leastStack: 20 }),
    "slots 2000, chunks 800 bytes, 99 bytes free beside the heap, at least 28 so far, 20 bytes of the stack of C never used",
  );
  assert.equal(memoryLine({ slots: 2_000, chunks: 800 }), "slots 2000, chunks 800 bytes");
  assert.equal(memoryLine({ slots: 2_000 }), "slots 2000");
  assert.equal(memoryLine(undefined), undefined);
});

test("stats tells how long the loop was kept, since the start and since it was last asked", () => {
  let now = 0;
  const turns = new TurnMeter(() => now);
  const bench = new CommandBench({ turns, offline: true });
  const ask = () => bench.run("stats").split("\n").slice(1, 3);
  for (const ms of [0.25, 4.26, 0]) {
    turns.begin();
    now += ms;
    turns.end();
  }
  const all = "turns 3, mean 1.50 ms, longest 4.3 ms";
  assert.deepEqual(ask(), [all, "since the last stats 3, mean 1.50 ms, longest 4.3 ms"]);
  assert.deepEqual(ask(), [all, "since the last stats 0, mean 0.00 ms, longest 0.0 ms"]);
});

test("a host that measures nothing has the counters alone", () => {
  assert.match(
    new CommandBench({ offline: true }).run("stats"),
    /^up \d+ s\nreadings published 7\nconsole lines lost 0$/,
  );
});
