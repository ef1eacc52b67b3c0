// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { FleetTrace } from "../../../../../hosts/sim/node/cli/fleet-trace.ts";
import { act, stateOf } from "../../../../../hosts/sim/node/cli/page-actions.ts";
import { SimulationBench } from "../../../../support/simulation-bench.ts";

test("two boards are paired and parted from outside, and their state shows the pair and the sensor", {
  timeout: 120_000,
}, async (t) => {
  const trace = new FleetTrace();
  const bench = new SimulationBench(t, (board, text) => trace.take(board, text));
  // The third has nobody to be paired with.
  const simulation = await bench.start({}, 3);
  const boards = () => stateOf(simulation, trace).boards;
  const peersOf = (index: number) =>
    boards()
      [index]?.peers.map(({ id }) => id)
      .sort();
  await bench.until(() => boards().every(({ sensor }) => sensor?.state === "run-in"));
  for (const { sensor } of boards()) {
    assert.ok((sensor?.minutesLeft ?? 0) >= 15 && (sensor?.minutesLeft ?? 0) <= 20);
    assert.equal(sensor?.reason, undefined);
  }
  await bench.until(() => peersOf(0)?.[0] === "board-b" && peersOf(1)?.[0] === "board-a");
  assert.deepEqual(peersOf(2), []);
  const said = await act(simulation, trace, { kind: "pair", board: "board-c", value: "board-a" });
  assert.equal(said, "paired with board-c");
  await bench.until(() => peersOf(2)?.[0] === "board-a");
  assert.deepEqual(peersOf(0), ["board-b", "board-c"]);
  const before = Date.now() - 60_000;
  await bench.until(() => (boards()[2]?.peers[0]?.heardAt ?? 0) > before);
  assert.equal(boards()[2]?.peers[0]?.isAway, false);
  await act(simulation, trace, { kind: "unpair", board: "board-a", value: "board-c" });
  await bench.until(() => peersOf(2)?.length === 0);
  assert.deepEqual(peersOf(0), ["board-b"]);
  // What is wrong with a sensor is told with its reason.
  await act(simulation, trace, { kind: "sensor", board: "board-b", value: false });
  await bench.until(() => boards()[1]?.sensor?.state === "absent");
  assert.match(boards()[1]?.sensor?.reason ?? "", /^no CCS811 answers at 0x5A; check power/);
});

test("a pair that cannot be made is told in words, and at once", { timeout: 60_000 }, async (t) => {
  const trace = new FleetTrace();
  const bench = new SimulationBench(t, (board, text) => trace.take(board, text));
  const simulation = await bench.start();
  await bench.until(() => simulation.peersOf(0).length === 1);
  const refused = async (kind: "pair" | "unpair", board: string, value: string, words: RegExp) =>
    assert.rejects(act(simulation, trace, { kind, board, value }), words);
  await refused("pair", "board-a", "board-a", /^Error: a board is not paired with itself$/);
  await refused("pair", "board-a", "nobody", /^Error: there is no simulated board "nobody"$/);
  await refused("pair", "nobody", "board-a", /^Error: there is no simulated board "nobody"$/);
  await refused("unpair", "board-a", "board-a", /^Error: board-a: .*there is no peer "board-a"/);
  simulation.switchPower(1);
  await refused("pair", "board-a", "board-b", /^Error: board-b has no power$/);
  await refused("unpair", "board-b", "board-a", /^Error: board-b has no power$/);
  assert.equal(stateOf(simulation, trace).boards[1]?.sensor, undefined);
});
