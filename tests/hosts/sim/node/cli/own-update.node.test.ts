// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { OwnUpdate } from "../../../../../hosts/sim/node/cli/own-update.ts";
import type { Simulation, SimulationView } from "../../../../../hosts/sim/node/simulation.ts";
import { version } from "../../../../../modules/base/version.ts";

const next = version.replace(/\d+$/, (last) => String(Number(last) + 1));

/** Two boards that write what a test has them write. */
async function startBoards(t: TestContext) {
  const update = await OwnUpdate.serve();
  t.after(() => update.close());
  const told: string[] = [];
  const boards = ["a", "b"].map((id) => ({
    id,
    type: (text: string) => told.push(`${id} ${text.split(" ")[0]}`),
  }));
  update.use({ boards } as unknown as Simulation);
  const silent: SimulationView = { line: () => {}, notice: () => {}, say: () => {} };
  const view = update.watch(silent);
  const write = (id: string, part: string, event: string, text = "") =>
    view.line(id, JSON.stringify({ level: "info", part, event, text }));
  return { told, write };
}

test("a board is told of the next firmware when it publishes, once, and the other when it has confirmed it", async (t) => {
  const { told, write } = await startBoards(t);
  write("b", "mqtt", "publish");
  write("a", "mqtt", "publish");
  write("a", "mqtt", "publish");
  write("a", "update", "ready");
  write("a", "boot", "boot");
  write("a", "mqtt", "publish");
  assert.deepEqual(told, ["a update"]);
  write("a", "update", "confirmed", `firmware ${next} is confirmed`);
  write("b", "mqtt", "publish");
  assert.deepEqual(told, ["a update", "b update"]);
});

test("a board whose update failed, or that lost power within it or on trial, is told again when it publishes", async (t) => {
  const { told, write } = await startBoards(t);
  const ends: readonly (readonly string[])[] = [["failed"], ["boot"], ["ready", "boot", "boot"]];
  for (const events of ends) {
    write("a", "mqtt", "publish");
    for (const event of events) write("a", event === "boot" ? "boot" : "update", event);
  }
  write("a", "mqtt", "publish");
  assert.deepEqual(told, ["a update", "a update", "a update", "a update"]);
});
