// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { ScriptedBroker } from "./support/scripted-broker.ts";
import { WholeBoard } from "./support/whole-board.ts";

const minute = 60_000;
const broker = Object.freeze({
  "mqtt.broker": "mqtt://broker.test:1883",
  "remote.commands": "on",
  "rule.1": "on co2 > 1 pin 2",
});

function crashInARow(board: WholeBoard, count: number, cause = "task watchdog"): void {
  for (let i = 0; i < count; i++) {
    board.time.advance(10_000);
    board.crash(cause);
  }
}

function isSafe(board: WholeBoard): boolean {
  return board.events.some(({ event }) => event === "safe-mode");
}

function hasReadings(board: WholeBoard): boolean {
  return board.events.some(({ part }) => part === "reading");
}

test("the fifth crash in a row starts a board without sensors and rules, and it says why", () => {
  const board = new WholeBoard(broker);
  board.powerOn();
  crashInARow(board, 4);
  assert.equal(isSafe(board), false);
  board.time.advance(10_000);
  assert.equal(hasReadings(board), true);
  const busBefore = board.bus.transfers;
  board.crash("task watchdog");
  board.time.advance(10 * minute);
  const [told] = board.events.filter(({ event }) => event === "safe-mode");
  assert.equal(
    told?.text,
    "safe mode without sensors and rules: 5 crashes in a row, the last by task watchdog; tries again in 60 min, or after reboot",
  );
  assert.equal(hasReadings(board), false);
  assert.equal(board.bus.transfers, busBefore);
  assert.match(
    board.ask("status").join("\n"),
    /^safe mode, without sensors and rules, for another 50 min$/m,
  );
  assert.doesNotMatch(board.ask("rules").join("\n"), /pending|active|waiting/);
  assert.deepEqual(board.eventsOf("ccs811"), []);
  for (const line of ["ccs811", "co2", "i2c scan", "readings follow", "pair", "ask a b", "sleep"]) {
    const name = line.split(" ", 1)[0];
    assert.deepEqual(board.ask(line), [
      `${name} is off: safe mode, without sensors and rules, for another 50 min; reboot starts the board with all its parts`,
    ]);
  }
  assert.match(board.ask("rules").join(), /on co2 > 1 pin 2 {2}\(not used\)/);
  assert.match(board.ask("help i2c").join(), /^usage: i2c scan/);
  assert.match(board.ask("stats").join(), /published/);
});

test("a board in safe mode joins Wi-Fi and takes commands over MQTT", () => {
  const board = new WholeBoard(broker);
  const server = new ScriptedBroker(board.network);
  board.powerOn();
  crashInARow(board, 5);
  board.time.advance(minute);
  assert.equal(isSafe(board), true);
  assert.equal(board.eventsOf("wifi").includes("online"), true);
  const [connection] = server.connections.slice(-1);
  assert.ok(connection);
  const subscribed = connection.packets.filter(({ type }) => type === "SUBSCRIBE");
  assert.match(JSON.stringify(subscribed), /airpair\/airpair-000001\/command/);
  const health = server.arrived.filter(({ topic }) => topic.endsWith("/health")).at(-1);
  const text = new TextDecoder().decode(health?.payload);
  assert.match(text, /"reset":"task watchdog","mode":"safe"/);
});

test("it leaves safe mode by itself after an hour, and one more crash brings it back", () => {
  const board = new WholeBoard();
  board.powerOn();
  crashInARow(board, 5);
  board.time.advance(59 * minute);
  assert.deepEqual(board.restarts, []);
  board.time.advance(2 * minute);
  assert.deepEqual(board.restarts, ["safe mode is over"]);
  board.restart("restart");
  assert.equal(isSafe(board), false);
  board.time.advance(10_000);
  assert.equal(hasReadings(board), true);
  board.crash("abort of the XS engine");
  assert.equal(isSafe(board), true);
});

test("a board that has worked for five minutes begins to count anew", () => {
  const board = new WholeBoard();
  board.powerOn();
  for (let i = 0; i < 4; i++) {
    crashInARow(board, 3);
    board.time.advance(6 * minute);
  }
  assert.equal(isSafe(board), false);
});

test("after the hour a board that works well has forgotten its crashes", () => {
  const board = new WholeBoard();
  board.powerOn();
  crashInARow(board, 5);
  board.time.advance(61 * minute);
  board.restart("restart");
  board.time.advance(6 * minute);
  crashInARow(board, 4);
  assert.equal(isSafe(board), false);
});

test("reboot leaves safe mode at once, and so does the power", () => {
  const board = new WholeBoard();
  board.powerOn();
  crashInARow(board, 5);
  board.ask("reboot");
  board.time.advance(5_000);
  board.restart("reboot command");
  assert.equal(isSafe(board), false);
  crashInARow(board, 4);
  assert.equal(isSafe(board), false);
  crashInARow(board, 1);
  assert.equal(isSafe(board), true);
  board.powerCycle(1_000);
  assert.equal(isSafe(board), false);
});

test("a crash in safe mode keeps the board there", () => {
  const board = new WholeBoard();
  board.powerOn();
  crashInARow(board, 7);
  assert.equal(isSafe(board), true);
  assert.match(
    board.events.find(({ event }) => event === "safe-mode")?.text ?? "",
    /5 crashes in a row/,
  );
});

test("a weak supply is no crash of the firmware", () => {
  const board = new WholeBoard();
  board.powerOn();
  crashInARow(board, 9, "brownout");
  assert.equal(isSafe(board), false);
  // And it does not hide one.
  crashInARow(board, 3);
  crashInARow(board, 1, "brownout");
  crashInARow(board, 2);
  assert.equal(isSafe(board), true);
});

test("memory that holds anything is no count", () => {
  for (const fill of [0x00, 0x05, 0x55, 0xaa, 0xff]) {
    const board = new WholeBoard();
    board.retained.bytes.fill(fill);
    board.powerOn();
    board.retained.bytes.fill(fill);
    board.crash("task watchdog");
    assert.equal(isSafe(board), false, `0x${fill.toString(16)}`);
  }
});
