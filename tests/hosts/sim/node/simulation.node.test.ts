// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { SimulationBench } from "../../../support/simulation-bench.ts";

test("the command to watch all boards follows what they have stored, each topic once", async (t) => {
  const bench = new SimulationBench(t);
  bench.store("board-a", "mqtt.root", "school/room-2");
  const simulation = await bench.start();
  assert.equal(bench.topics, "-t school/room-2/+/+ -t airpair/+/+");
  assert.deepEqual(simulation.roots, ["school/room-2", "airpair"]);
});

test("a given setting wins over a stored one there too", async (t) => {
  const bench = new SimulationBench(t);
  bench.store("board-a", "mqtt.root", "school");
  await bench.start({ "mqtt.root": "lab" });
  assert.equal(bench.topics, "-t lab/+/+");
});

test("the command is said anew when a board starts again with another setting", {
  timeout: 60_000,
}, async (t) => {
  const bench = new SimulationBench(t);
  const simulation = await bench.start();
  assert.equal(bench.topics, "-t airpair/+/+");
  for (const board of simulation.boards) board.type("set mqtt.root lab\nreboot\n");
  await bench.until(() => bench.topics === "-t lab/+/+");
  const [board] = simulation.boards;
  board?.type("reboot\n");
  const count = bench.said.length;
  await bench.until(() => simulation.boards[0]?.isRunning === true);
  simulation.switchPower(1);
  simulation.switchPower(1);
  assert.equal(bench.said.length, count, "the same is not said twice");
});
