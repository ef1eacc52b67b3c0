// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { seededRandom } from "./support/random.ts";
import { WholeBoard } from "./support/whole-board.ts";

const minute = 60_000;

/** Readings with co2 in half an hour at a constant part of NACKs on the bus, and what the board says. */
function runBoard(rate: number): { readonly count: number; readonly details: string } {
  const random = seededRandom(5);
  const board = new WholeBoard();
  board.bus.onTransfer = () =>
    random() < rate ? { kind: "fail", fault: "nack-address" } : undefined;
  board.powerOn();
  board.time.advance(30 * minute);
  const count = board.events.filter(
    ({ part, text }) => part === "reading" && /co2 \d/.test(text ?? ""),
  ).length;
  const status = board.ask("status").join("\n");
  return { count, details: `${status}\n${board.ask("ccs811").join("\n")}` };
}

test("noise on the bus costs a whole board no readings, no reset and no run-in", () => {
  const quiet = runBoard(0);
  for (const [rate, part] of [
    [0.05, 0.995],
    [0.1, 0.99],
  ] as const) {
    const { count, details } = runBoard(rate);
    assert.ok(count >= part * quiet.count, `${rate}: ${count} of ${quiet.count}`);
    assert.match(details, /ccs811 ready/);
    assert.match(details, /1 starts, 0 software resets, 0 pin resets, 0 bus clears/);
  }
});
