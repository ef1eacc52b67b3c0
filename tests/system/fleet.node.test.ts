// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { type SimEvent, Simulator } from "../support/simulator.ts";

const fleet = ["--engine", "node", "--boards", "60", "--speed", "4"];

interface Totals extends SimEvent {
  readonly boards: number;
  readonly connected: number;
  readonly sent: number;
  readonly arrived: number;
  readonly lost: number;
  readonly doubled: number;
  readonly reconnects: number;
}

function totalsOf({ events }: Simulator): Totals {
  const found = events.find(({ event }) => event === "totals");
  assert.ok(found, "there is no report");
  return found as Totals;
}

test("more boards than a screen has come one after the other, nothing is lost, and Ctrl-C brings the report", async () => {
  const simulator = new Simulator(fleet, { life: 120_000 });
  await simulator.until(({ text }) => /^All 60 boards have connected/.test(text ?? ""));
  // A reading of each is on its way at least every 2.5 s.
  await new Promise((done) => setTimeout(done, 6_000));
  simulator.signal("SIGINT");
  assert.equal(await simulator.ended, 0);
  assert.equal(simulator.errors, "");
  const { boards, connected, sent, arrived, lost, doubled, reconnects } = totalsOf(simulator);
  assert.deepEqual(
    { boards, connected, lost, doubled, reconnects },
    { boards: 60, connected: 60, lost: 0, doubled: 0, reconnects: 0 },
  );
  assert.ok(sent >= 60, `${sent} readings`);
  assert.equal(arrived, sent);
  const told = simulator.events.filter(({ event }) => event === "report").map(({ text }) => text);
  assert.ok(told.includes("lost         0"));
  assert.deepEqual(
    simulator.events.filter(({ board }) => board !== undefined),
    [],
    "single boards are not shown",
  );
});

test("a report of few boards is made when it is asked for, also at the end of --duration", async () => {
  const simulator = new Simulator([
    "--engine",
    "node",
    "--report",
    "--speed",
    "20",
    "--duration",
    "6s",
  ]);
  assert.equal(await simulator.ended, 0);
  const { boards, sent, arrived, lost, doubled } = totalsOf(simulator);
  assert.deepEqual({ boards, lost, doubled }, { boards: 2, lost: 0, doubled: 0 });
  assert.ok(sent > 0);
  assert.equal(arrived, sent);
  assert.ok(simulator.events.some(({ board }) => board === "board-a"));
});

test("a report without a broker says that nothing was counted", async () => {
  const args = ["--engine", "node", "--report", "--broker", "mqtt://127.0.0.1:9"];
  const simulator = new Simulator([...args, "--duration", "1s"]);
  assert.equal(await simulator.ended, 0);
  const told = simulator.events.filter(({ event }) => event === "report").map(({ text }) => text);
  assert.match(told.at(-1) ?? "", /^messages {5}not counted: .*ECONNREFUSED/);
});
