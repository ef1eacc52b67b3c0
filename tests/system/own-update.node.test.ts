// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { nextVersion } from "../../hosts/sim/node/cli/own-update.ts";
import { version } from "../../modules/base/version.ts";
import { Simulator } from "../support/simulator.ts";

const next = nextVersion(version);

test("with --update the boards fetch a next firmware from the simulator, one after the other, and run it", async () => {
  const simulator = new Simulator(["--update", "--engine", "node", "--speed", "10"]);
  for (const board of ["board-a", "board-b"]) {
    await simulator.until(({ board: who, part, event, text }) => {
      const isConfirmed = part === "update" && event === "confirmed";
      return who === board && isConfirmed && text === `firmware ${next} is confirmed`;
    });
  }
  const told = simulator.events.filter(({ part, text }) => {
    return part === "boot" && text?.startsWith(`airpair ${next} on sim`);
  });
  assert.deepEqual(
    told.map(({ board }) => board),
    ["board-a", "board-b"],
  );
  simulator.signal("SIGINT");
  assert.equal(await simulator.ended, 0);
});
