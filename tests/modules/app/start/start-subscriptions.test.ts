// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { PairedBoards } from "../../../support/paired-boards.ts";
import { ScriptedBroker } from "../../../support/scripted-broker.ts";
import { WholeBoard } from "../../../support/whole-board.ts";

/** A board at a broker, with these settings typed on its console; all hold after `restart`. */
class Bench {
  readonly board = new WholeBoard({ "mqtt.broker": "mqtt://broker.example", "board.id": "hall" });
  readonly broker = new ScriptedBroker(this.board.network);

  constructor(settings: Readonly<Record<string, string>>) {
    this.board.powerOn();
    this.set(settings);
  }

  set(settings: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(settings)) {
      assert.match(this.board.ask(`set ${name} ${value}`).join(), /after a reboot/);
    }
    this.board.powerCycle(10_000);
    this.board.time.advance(30_000);
  }

  /** Filters at the broker, with their QoS. */
  get filters(): string[] {
    const all = [...(this.broker.sessions.get("hall")?.filters ?? [])];
    return all.map(([filter, QoS]) => `${filter.replace("airpair/", "")} ${QoS}`).sort();
  }
}

test("for an absent board the broker keeps commands and the status of the other board, but no readings", () => {
  const { filters } = new Bench({ "pair.peer": "lab", "remote.commands": "on" });
  assert.deepEqual(filters, ["hall/command 1", "hall/status 0", "lab/reading 0", "lab/status 1"]);
});

test("another peer, no more commands and a look that a power cut has ended leave nothing behind", () => {
  const bench = new Bench({ "pair.peer": "lab", "remote.commands": "on" });
  bench.board.ask("mqtt sub #");
  bench.board.time.advance(1_000);
  assert.ok(bench.filters.includes("# 0"));
  bench.set({ "pair.peer": "attic", "remote.commands": "off" });
  assert.deepEqual(bench.filters, ["attic/reading 0", "attic/status 1", "hall/status 0"]);
});

test("a flood of readings while the board is away does not come when it is back", () => {
  const bench = new Bench({ "pair.peer": "lab" });
  const { board, broker } = bench;
  const before = board.eventsOf("peer").length;
  board.network.link.cut();
  for (let i = 0; i < 1_000; i++) {
    const payload = '{"lab":{"co2":400,"time":"2026-01-02T12:00:00.000Z"}}';
    broker.publish("airpair/lab/reading", { payload, QoS: 1 });
  }
  board.time.advance(300_000);
  assert.equal(board.eventsOf("peer").length, before);
  assert.equal(broker.sessions.get("hall")?.unconfirmed, 0);
});

/** What a board shows of another: the texts of its log. */
function shown(board: WholeBoard): string[] {
  const lines = board.events.filter(({ part }) => part === "peer");
  return lines.map(({ text = "" }) => text.replace(/co2.*/, "…"));
}

test("a board that is paired and named by pair.peer is shown once, and in plain again after the end of the pair", () => {
  const boards = new PairedBoards({ "pair.peer": "board-b" }).pair();
  const { a, time } = boards;
  const before = shown(a).length;
  time.advance(60_000);
  const lines = shown(a).slice(before);
  const count = lines.filter((line) => line === "board-b says …").length;
  assert.ok(count >= 59 && count <= 62, `${count} readings in a minute`);
  assert.ok(shown(a).includes("board-b is paired; what it says in plain (pair.peer) is not shown"));
  assert.equal(a.ask("pairs").filter((line) => line.startsWith("board-b")).length, 1);
  a.ask("unpair board-b");
  time.advance(20_000);
  assert.match(a.ask("pairs").join(), /no peers/);
  const after = shown(a).length;
  time.advance(60_000);
  const plain = shown(a).slice(after);
  assert.ok(plain.filter((line) => line === "board-b says …").length >= 59);
});
