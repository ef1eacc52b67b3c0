// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { WholeBoard } from "./support/whole-board.ts";

const secrets = Object.freeze(["given-secret-1", "typed-secret-2", "broker-secret-3"]);

test("after a crash a board has the lines before it, and tells of it at the start", () => {
  const board = new WholeBoard();
  board.powerOn();
  assert.deepEqual(board.ask("log show before"), ["nothing is kept of the run before"]);
  board.time.advance(30_000);
  const shown = board.ask("log show").length;
  board.throwInCallback(new Error("out of cheese"));
  board.crash("a crash");
  const [told] = board.events.filter(({ event }) => event === "reset");
  assert.equal(told?.text, "started again after a crash; log show before has the last lines");
  const before = board.ask("log show before");
  assert.equal(before.at(-1), "before it ended by: a crash");
  assert.match(before.at(-2) ?? "", /^before +30\.0 s {2}timer {4}ERROR out of cheese$/);
  // As many as there is room for, the exception among them, and the cause.
  assert.equal(before.length, Math.min(shown + 1, 16) + 1);
  assert.equal(before.join("\n").includes("co2"), false);
  assert.deepEqual(board.ask("log show").slice(0, before.length), before);
});

test("a board that crashes again and again tells of its last run", () => {
  const board = new WholeBoard();
  board.powerOn();
  for (let i = 0; i < 5; i++) {
    board.time.advance(2_000 + 1_000 * i);
    board.throwInCallback(new Error(`crash ${i}`));
    board.crash("a crash");
    assert.match(board.ask("log show before").at(-2) ?? "", new RegExp(`ERROR crash ${i}$`));
  }
});

test("what comes again each second does not push out what has led to it", () => {
  const board = new WholeBoard();
  board.powerOn();
  board.time.advance(2_000);
  board.throwInCallback(new Error("the cause"));
  for (let i = 0; i < 58; i++) {
    board.time.advance(1_000);
    board.throwInCallback(new Error("out of cheese"));
  }
  board.crash("a crash");
  const before = board.ask("log show before").join("\n");
  assert.match(before, /ERROR the cause\n/);
  assert.match(before, /3\.0 s {2}timer {4}ERROR out of cheese … 57 times more, last at 60\.0 s\n/);
});

test("a power cut leaves no lines, and no start is told that somebody has asked for", () => {
  const board = new WholeBoard();
  board.powerOn();
  board.time.advance(10_000);
  board.powerCycle(1_000);
  assert.deepEqual(board.ask("log show before"), ["nothing is kept of the run before"]);
  assert.deepEqual(
    board.events.filter(({ event }) => event === "reset"),
    [],
  );
});

test("a start after a fault that has cleared the memory does not promise the lines before it", () => {
  const board = new WholeBoard();
  board.powerOn();
  board.time.advance(10_000);
  board.retained.bytes.fill(0x55);
  board.crash("brownout");
  const [told] = board.events.filter(({ event }) => event === "reset");
  assert.equal(told?.text, "started again after brownout; its last lines are lost");
  assert.deepEqual(board.ask("log show before"), ["nothing is kept of the run before"]);
});

test("no password gets into the memory that outlives a crash", () => {
  const board = new WholeBoard({
    "wifi.2.password": secrets[0],
    "mqtt.broker": "mqtt://broker.test:1883",
    "mqtt.password": secrets[2],
  });
  board.powerOn();
  board.ask(`set wifi.3.password ${secrets[1]}`);
  board.ask(`set wifi.3.pasword ${secrets[1]}`);
  board.time.advance(60_000);
  assert.ok(board.retained.writes > 10, `${board.retained.writes} writes`);
  const text = new TextDecoder().decode(board.retained.bytes);
  assert.ok(text.includes("wifi"), "nothing was kept");
  for (const secret of secrets) assert.equal(text.includes(secret), false, secret);
});
