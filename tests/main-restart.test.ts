// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { WholeBoard } from "./support/whole-board.ts";

const second = 1_000;
const minute = 60 * second;

/** Has the board start again by command, as people do. */
function reboot(board: WholeBoard): void {
  const before = board.restarts.length;
  board.ask("reboot");
  board.time.advance(3 * second);
  assert.equal(board.restarts.length, before + 1);
  board.restart("reboot command");
}

/** ms until the first reading with co2, at most `limit`. */
function untilReading(board: WholeBoard, limit: number): number | undefined {
  for (let waited = 0; waited <= limit; waited += second) {
    if (board.events.some(({ part, text }) => part === "reading" && /co2 \d/.test(text ?? "")))
      return waited;
    board.time.advance(second);
  }
  return undefined;
}

for (const [mode, longest] of [
  [1, 3 * second],
  [2, 12 * second],
  [3, 63 * second],
] as const) {
  test(`a wanted restart is no rest in mode ${mode}: the sensor measures on, and is ready at once`, () => {
    const board = new WholeBoard({ "ccs811.mode": mode });
    board.powerOn();
    board.time.advance(45 * minute);
    assert.match(board.ask("status").join("\n"), /ccs811 ready/);
    for (let i = 0; i < 3; i++) {
      reboot(board);
      const waited = untilReading(board, 15 * minute);
      assert.ok(waited !== undefined && waited <= longest, `first reading after ${waited} ms`);
      assert.match(board.ask("status").join("\n"), /ccs811 ready/);
      assert.deepEqual(
        board.eventsOf("ccs811").filter((event) => ["warming", "run-in", "idle"].includes(event)),
        [],
      );
      assert.match(
        board.ask("ccs811").join("\n"),
        /taken over at the start: it had measured for 4[4-9] min, and goes on/,
      );
    }
    assert.deepEqual(board.bus.violations, []);
  });
}

test("after a crash the sensor is taken over as after a wanted restart, a minute younger at most", () => {
  const board = new WholeBoard();
  board.powerOn();
  board.time.advance(30 * minute);
  board.crash("a crash");
  board.time.advance(5 * second);
  assert.match(board.ask("ccs811").join("\n"), /it had measured for (29|30) min/);
  assert.match(board.ask("status").join("\n"), /ccs811 ready/);
});

test("run-in goes on over restarts, and the baseline is put back when it is over", () => {
  const board = new WholeBoard();
  board.powerOn();
  board.time.advance(61 * minute);
  assert.equal(board.eventsOf("ccs811").at(-1), "baseline-saved");
  board.powerCycle(minute);
  board.time.advance(6 * minute);
  reboot(board);
  board.time.advance(6 * minute);
  board.crash("a crash");
  board.time.advance(5 * minute);
  assert.match(board.ask("status").join("\n"), /run-in: readings are live and settle in [2-4] min/);
  board.time.advance(5 * minute + 30 * second);
  assert.deepEqual(board.eventsOf("ccs811").slice(-2), ["ready", "baseline-restored"]);
  reboot(board);
  board.time.advance(10 * minute);
  assert.ok(!board.eventsOf("ccs811").includes("baseline-restored"), "it has it still");
  assert.deepEqual(board.bus.violations, []);
});

test("a power cut, a sensor that was reset and a board without such memory begin anew", () => {
  const board = new WholeBoard();
  board.powerOn();
  board.time.advance(30 * minute);
  board.powerCycle(second);
  board.time.advance(minute);
  assert.match(board.ask("status").join("\n"), /run-in: .* settle in (19|20) min/);
  board.time.advance(30 * minute);
  board.ask("reboot");
  board.time.advance(3 * second);
  board.chip.brownOut();
  board.restart("reboot command");
  board.time.advance(minute);
  assert.match(board.ask("status").join("\n"), /run-in: .* settle in (19|20) min/);
  assert.ok(!board.ask("ccs811").join("\n").includes("taken over"));
  board.time.advance(30 * minute);
  board.retained.bytes.fill(0xa5);
  board.crash("brownout");
  board.time.advance(minute);
  assert.match(board.ask("ccs811").join("\n"), /found measuring at the start, nobody knows since/);
  assert.match(board.ask("status").join("\n"), /run-in: .* settle in (19|20) min/);
});

test("a slower mode that was set takes effect after one rest, however often the board restarts", () => {
  const board = new WholeBoard();
  board.powerOn();
  board.time.advance(30 * minute);
  board.ask("set ccs811.mode 3");
  reboot(board);
  for (let i = 0; i < 3; i++) {
    board.time.advance(2 * minute);
    assert.match(board.ask("status").join("\n"), /ccs811 idle for \d min/);
    reboot(board);
  }
  board.time.advance(3 * minute);
  assert.equal(board.chip.driveMode, 0);
  board.time.advance(minute + 5 * second);
  assert.equal(board.chip.driveMode, 3);
  assert.deepEqual(board.bus.violations, []);
});
