// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import mqtt from "mqtt";
import { type SimEvent, Simulator } from "../support/simulator.ts";

const fleet = ["--engine", "node", "--boards", "60", "--speed", "4"];

interface Totals extends SimEvent {
  readonly boards: number;
  readonly connected: number;
  readonly sent: number;
  readonly arrived: number;
  readonly lost: number;
  readonly doubled: number;
}

function totalsOf({ events }: Simulator): Totals {
  const found = events.find(({ event }) => event === "totals");
  assert.ok(found, "there is no report");
  return found as Totals;
}

/** Waits until readings of so many boards have come to the simulator's own broker. */
async function heardAll(simulator: Simulator, boards: number): Promise<void> {
  const { text = "" } = await simulator.until(({ event }) => event === "watch");
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${/ -p (\d+) /.exec(text)?.[1]}`);
  const heard = new Set<string>();
  const all = new Promise<void>((done) => {
    client.on("message", (topic) => {
      if (heard.add(topic).size === boards) done();
    });
  });
  await client.subscribeAsync("airpair/+/reading");
  // A simulator that has ended sends none.
  await Promise.race([all, simulator.ended]);
  await client.endAsync(true);
}

test("more boards than a screen has come one after the other, nothing is lost, and Ctrl-C brings the report", async () => {
  const simulator = new Simulator(fleet, { life: 120_000 });
  await simulator.until(({ text }) => /^All 60 boards have connected/.test(text ?? ""));
  await heardAll(simulator, 60);
  simulator.signal("SIGINT");
  assert.equal(await simulator.ended, 0);
  assert.equal(simulator.errors, "");
  const { boards, connected, sent, arrived, lost, doubled } = totalsOf(simulator);
  assert.deepEqual(
    { boards, connected, lost, doubled },
    { boards: 60, connected: 60, lost: 0, doubled: 0 },
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

test("a report of few boards is made when it is asked for, and they are shown all the same", async () => {
  const simulator = new Simulator(["--engine", "node", "--report", "--speed", "20"]);
  await simulator.until(({ board, event, text }) => {
    return board === "board-a" && event === "publish" && /^publish .*\/reading /.test(text ?? "");
  });
  simulator.signal("SIGINT");
  assert.equal(await simulator.ended, 0);
  const { boards, sent, arrived, lost, doubled } = totalsOf(simulator);
  assert.deepEqual({ boards, lost, doubled }, { boards: 2, lost: 0, doubled: 0 });
  assert.ok(sent > 0);
  assert.equal(arrived, sent);
});

test("a report without a broker says at the end of --duration that nothing was counted", async () => {
  const args = ["--engine", "node", "--report", "--broker", "mqtt://127.0.0.1:9"];
  const simulator = new Simulator([...args, "--duration", "1s"]);
  assert.equal(await simulator.ended, 0);
  const told = simulator.events.filter(({ event }) => event === "report").map(({ text }) => text);
  assert.match(told.at(-1) ?? "", /^messages {5}not counted: .*ECONNREFUSED/);
});
