// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { FleetControls } from "../../../../../../hosts/sim/node/cli/screen/fleet-controls.ts";
import type { Simulation } from "../../../../../../hosts/sim/node/simulation.ts";

test("people come to rooms that are not full, and go when all are", () => {
  const rooms = [{ people: 2 }, { people: 5 }];
  const simulation = { boards: rooms.map((room, at) => ({ id: `board-${at}`, room })) };
  const said: string[] = [];
  const controls = new FleetControls(simulation as unknown as Simulation, (_board, text) =>
    said.push(text),
  );
  const counts = () => rooms.map(({ people }) => people);
  controls.act("p", undefined);
  assert.deepEqual(counts(), [4, 4]);
  controls.act("p", undefined);
  assert.deepEqual(counts(), [0, 0]);
  controls.act("p", 1);
  assert.deepEqual(counts(), [0, 4]);
  assert.deepEqual(said, [
    "in all rooms, 4 people are there",
    "in all rooms, all people have gone",
    "4 people are there",
  ]);
});
