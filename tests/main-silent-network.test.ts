// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { ScriptedBroker } from "./support/scripted-broker.ts";
import { WholeBoard } from "./support/whole-board.ts";

const minute = 60_000;
// A reading a minute makes long times short.
const named = { "mqtt.broker": "mqtt://broker.test", "ccs811.mode": 3, "wifi.reboot": 15 };
const numbered = { ...named, "mqtt.broker": "mqtt://192.0.2.1" };

function count(board: WholeBoard, event: string): number {
  return board.eventsOf("wifi").filter((each) => each === event).length;
}

test("a board whose network carries nothing leaves it, resets the radio and starts again", () => {
  for (const [settings, silence] of [
    [named, { names: "silent" }],
    [numbered, { connects: "silent" }],
  ] as const) {
    const board = new WholeBoard(settings);
    new ScriptedBroker(board.network);
    Object.assign(board.network, silence);
    board.powerOn();
    board.time.advance(40 * minute);
    assert.ok(count(board, "online") >= 5, `${count(board, "online")} joins`);
    assert.ok(count(board, "reset") >= 1);
    assert.match(board.restarts.join(), /no network for \d+ min: nothing comes back/);
    Object.assign(board.network, { names: "answer", connects: "accept" });
    board.time.advance(5 * minute);
    assert.match(board.ask("status").join("\n"), /mqtt online/);
  }
});

test("a broker that refuses, or is not known, is no reason to leave the network", () => {
  for (const [settings, refusal] of [
    [named, { names: "fail" }],
    [numbered, { connects: "refuse" }],
  ] as const) {
    const board = new WholeBoard(settings);
    new ScriptedBroker(board.network);
    Object.assign(board.network, refusal);
    board.powerOn();
    board.time.advance(60 * minute);
    assert.equal(count(board, "online"), 1);
    assert.deepEqual(board.restarts, []);
  }
});
