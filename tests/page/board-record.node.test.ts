// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { BoardView } from "../../page/board-view.ts";
import { presenceOf } from "../../page/client/words.ts";
import { BoardRecord } from "../../page/server/board-record.ts";

const at = 1_000_000;
const reading = '{"a":{"co2":700,"voc":90,"bmp P":1012,"bmp temp":23,"dht temp":24,"dht RH":42}}';

function record() {
  const board = new BoardRecord("a");
  const take = (kind: string, payload: string, isRetained = false, when = at) =>
    board.take({ kind, payload, isRetained, at: when });
  return { board, take };
}

/** What is known of a board. */
function seen(view: BoardView): Partial<BoardView> {
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined));
}

test("a reading becomes values in units of the page, measured when it came", () => {
  const { board, take } = record();
  const values = { co2: 700, voc: 90, temperature: 24, humidity: 42, pressure: 1012 };
  assert.deepEqual(take("reading", reading), { time: at, values });
  assert.deepEqual(board.view.values, values);
  assert.equal(board.view.heardAt, at);
});

test("without a DHT the temperature is that of the pressure sensor", () => {
  const { board, take } = record();
  take("reading", '{"a":{"bmp P":1012,"bmp temp":23}}');
  assert.deepEqual(board.view.values, { temperature: 23, pressure: 1012 });
});

test("a reading that had to wait goes to history with its time and does not replace a newer one", () => {
  const { board, take } = record();
  take("reading", '{"a":{"co2":500}}');
  const late = take("reading", '{"a":{"co2":400,"time":"1970-01-01T00:10:00.000Z"}}');
  assert.deepEqual(late, { time: 600_000, values: { co2: 400 } });
  assert.deepEqual(board.view.values, { co2: 500 });
});

test("a time from the future is not believed", () => {
  const { take } = record();
  const early = take("reading", '{"a":{"co2":400,"time":"2099-01-01T00:00:00.000Z"}}');
  assert.equal(early?.time, at);
});

test("what the broker has kept tells nothing about when the board was heard", () => {
  const { board, take } = record();
  take("status", "online", true);
  take("health", '{"a":{"version":"0.1.0","up":60,"reset":"power-on","wifi":{"RSSI":-61}}}', true);
  assert.equal(board.view.presence, "online");
  assert.equal(board.view.heardAt, undefined);
  assert.equal(board.view.health?.at, undefined);
  assert.equal(board.view.health?.RSSI, -61);
});

test("the extended reading tells the state of the sensor", () => {
  const { board, take } = record();
  take("extended", '{"a":{"state":"run-in","minutesLeft":12,"marks":["new",7]}}');
  assert.deepEqual(board.view.sensor, { state: "run-in", minutesLeft: 12, marks: ["new"] });
  const reason = "no CCS811 answers at 0x5A; check power, wiring and address";
  take("extended", JSON.stringify({ a: { state: "absent", reason } }));
  const absent = { state: "absent", minutesLeft: undefined, reason, marks: [] };
  assert.deepEqual(board.view.sensor, absent);
});

test("pairs are shown with when they were heard, and no more when a board tells none", () => {
  const { board, take } = record();
  const told = [
    { id: "b", here: true, heard: 12 },
    { id: "c", here: false, heard: 400 },
    { id: "d", here: false },
    { id: 7 },
  ];
  take("pairs", JSON.stringify({ a: { pairs: told } }), true);
  assert.ok(!("peers" in seen(board.view)), "the broker keeps none");
  take("pairs", JSON.stringify({ a: { pairs: told } }));
  assert.deepEqual(board.view.peers, [
    { id: "b", heardAt: at - 12_000, isAway: false },
    { id: "c", heardAt: at - 400_000, isAway: true },
    { id: "d", heardAt: undefined, isAway: false },
  ]);
  take("reading", reading, false, at + 119_000);
  assert.equal(board.view.peers?.length, 3);
  take("reading", reading, false, at + 121_000);
  assert.ok(!("peers" in seen(board.view)));
});

test("the pairs of a board that sleeps longer than it may be silent of them are shown on", () => {
  const { board, take } = record();
  take("pairs", JSON.stringify({ a: { pairs: [{ id: "b", here: true, heard: 12 }] } }));
  take("status", "asleep until 1970-01-01T00:27:00Z");
  take("status", "online", false, at + 600_000);
  take("reading", reading, false, at + 601_000);
  assert.equal(board.view.peers?.length, 1);
  take("reading", reading, false, at + 721_000);
  assert.ok(!("peers" in seen(board.view)), "awake, and silent of them");
});

test("nothing that is no reading changes anything but when the board was heard", () => {
  const deep = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;
  const bad = ["", "{}", "[]", "null", '{"a":1}', '{"a":{"co2":"x"}}', '{"a":{"co2":1e9}}', deep];
  for (const kind of ["reading", "extended", "health", "pairs", "status"]) {
    for (const payload of [...bad, "x".repeat(20_000)]) {
      const { board, take } = record();
      const before = { ...board.view, heardAt: undefined };
      assert.equal(take(kind, payload)?.values.co2, undefined);
      const { health, readingAt, ...after } = { ...board.view, heardAt: undefined };
      const { health: _, readingAt: __, ...expected } = before;
      assert.deepEqual(after, expected, `${kind} ${payload.slice(0, 20)}`);
    }
  }
});

test("text from a board is cut to what a card has room for", () => {
  const { board, take } = record();
  take("extended", JSON.stringify({ a: { state: "<b>".repeat(100), marks: Array(99).fill("m") } }));
  assert.equal(board.view.sensor?.state.length, 80);
  assert.equal(board.view.sensor?.marks.length, 8);
});

test("a board that sleeps is shown as such, with the time of its next wake when it knows that", () => {
  const { board, take } = record();
  const noon = Date.UTC(2026, 0, 2, 12);
  take("status", "asleep until 2026-01-02T12:05:00Z", true);
  assert.equal(board.view.presence, "asleep");
  assert.deepEqual(presenceOf(board.view, noon + 2 * 60_000), {
    state: "asleep",
    text: "asleep, wakes in 3 min",
  });
  assert.equal(presenceOf(board.view, noon + 6 * 60_000).text, "asleep, about to wake");
  assert.equal(presenceOf(board.view, noon + 15 * 60_000).text, "asleep, due 10 min ago");
  take("status", "asleep");
  assert.equal(presenceOf(board.view, noon).text, "asleep");
  take("status", "online");
  assert.equal(board.view.presence, "online");
});
