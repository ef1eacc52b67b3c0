// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { boardId } from "../../../../../../hosts/sim/node/board-names.ts";
import type { TableBoard } from "../../../../../../hosts/sim/node/cli/screen/board-table.ts";
import { FleetLog } from "../../../../../../hosts/sim/node/cli/screen/fleet-log.ts";
import type {
  Frame,
  ScreenSize,
} from "../../../../../../hosts/sim/node/cli/screen/frame-painter.ts";
import {
  drawScreen,
  type ScreenModel,
  tableRoom,
} from "../../../../../../hosts/sim/node/cli/screen/screen-layout.ts";
import { columnsOf, rowColumns } from "../../../../../../hosts/sim/node/cli/screen/styled-row.ts";

const watch = "mosquitto_sub -h 127.0.0.1 -p 1883 -t airpair/+/+ -v";

function boards(count: number): TableBoard[] {
  return Array.from({ length: count }, (_, index) => ({
    id: boardId("board", index),
    state: { text: "warming up", style: "doubtful" },
    values: { co2: 612 + index, voc: 90, temperature: 21.94, humidity: 41.4, pressure: 1010.62 },
    signal: -59,
    age: 3.7,
    sent: 12,
    received: 123_456,
    peers: [{ id: boardId("board", index ^ 1), age: 2.6, isAway: false }],
    room: "2 people, window open",
  }));
}

function events(count: number) {
  const log = new FleetLog(["a", "b"]);
  for (let n = 0; n < count; n++) {
    const text = `something has happened to the sensor number ${n}, and somebody should look`;
    log.say(boardId("board", n % 3), text, { time: n * 1_000 });
  }
  return log.events;
}

function model(count: number, changes: Partial<ScreenModel> = {}): ScreenModel {
  return {
    title: `${count} boards on the XS engine`,
    copied: [{ label: "Watch from another terminal:", text: watch }],
    boards: boards(count),
    chosen: undefined,
    first: 0,
    hints: [
      { key: "d", text: "details" },
      { key: "1-9", text: "console" },
      { key: "o", text: "open window" },
      { key: "q", text: "quit" },
    ],
    entries: events(20),
    isLog: false,
    back: 0,
    typed: undefined,
    ...changes,
  };
}

function textOf(frame: Frame): string[] {
  return frame.rows.map((row) => row.map(({ text }) => text).join(""));
}

function drawn(count: number, size: ScreenSize, changes: Partial<ScreenModel> = {}): string[] {
  return textOf(drawScreen(model(count, changes), size));
}

test("whatever the size and whatever is shown, the rows fit and there are no more of them", () => {
  for (const columns of [20, 40, 41, 63, 80, 120, 200]) {
    for (const rows of [5, 8, 12, 20, 24, 50]) {
      for (const count of [1, 2, 30, 50]) {
        for (const changes of [
          {},
          { chosen: count - 1, first: count - 1 },
          { isLog: true },
          { isLog: true, chosen: 0, typed: "set board.name ".repeat(20), back: 3 },
        ]) {
          const size = { columns, rows };
          const frame = drawScreen(model(count, changes), size);
          const place = `${columns}×${rows}, ${count} boards`;
          assert.ok(frame.rows.length <= rows, place);
          for (const row of frame.rows) assert.ok(rowColumns(row) <= columns, place);
          const { cursor } = frame;
          assert.ok(!cursor || (cursor.row < rows && cursor.column < columns), place);
        }
      }
    }
  }
});

test("80 columns show every value of two boards, and the line to copy whole", () => {
  const lines = drawn(2, { columns: 80, rows: 24 });
  assert.equal(lines[0], "airpair  2 boards on the XS engine");
  assert.deepEqual(lines.slice(1, 3), ["Watch from another terminal:", watch]);
  assert.deepEqual(
    lines.slice(4, 7).map((line) => line.trim().split(/ {2,}/)),
    [
      ["BOARD", "STATE", "CO2", "TVOC", "°C", "%RH", "hPa", "dBm", "AGE", "OUT", "IN"],
      ["board-a", "warming up", "612", "90", "21.9", "41", "1010.6", "-59", "3s", "12", "123k"],
      ["board-b", "warming up", "613", "90", "21.9", "41", "1010.6", "-59", "3s", "12", "123k"],
    ],
  );
  assert.equal(lines.at(-1), "d details  1-9 console  o open window  q quit");
});

test("40 columns keep what matters most, and the line to copy goes on in the next row", () => {
  const size = { columns: 40, rows: 16 };
  const lines = drawn(2, size);
  assert.equal(lines[1] + (lines[2] ?? ""), watch);
  assert.deepEqual(drawScreen(model(2), size).continued, [2]);
  assert.match(lines[3] ?? "", /^BOARD +STATE +CO2 +TVOC +°C %RH$/);
  assert.match(lines[4] ?? "", /^board-a warming up +612 +90 21\.9 +41$/);
});

test("120 columns name the units and show the pairs, and 200 show the room too", () => {
  for (const columns of [104, 120, 200]) {
    const lines = drawn(2, { columns, rows: 24 });
    assert.ok(lines.includes(`Watch from another terminal:  ${watch}`));
    const head = lines.find((line) => line.startsWith("BOARD")) ?? "";
    assert.match(head, /CO2 ppm +TVOC ppb .* PAIRED/);
    assert.ok(lines.some((line) => /^board-b .* board-a 2s/.test(line)));
  }
  const wide = drawn(2, { columns: 200, rows: 24 });
  assert.match(wide.find((line) => line.startsWith("BOARD")) ?? "", / ROOM *$/);
  assert.ok(wide.some((line) => /^board-b .* 2 people, window open *$/.test(line)));
});

test("of several pairs the first is in the table, all are above a board's own log, and away is a word", () => {
  const [board] = boards(1);
  if (!board) assert.fail("there is no board");
  const peers = [
    { id: "a-board-with-a-long-name", age: 130, isAway: true },
    { id: "board-b", age: undefined, isAway: false },
    { id: "board-c", age: 7_200, isAway: false },
  ];
  const paired = [{ ...board, peers }];
  const table = drawn(1, { columns: 120, rows: 24 }, { boards: paired });
  assert.match(table.find((line) => line.startsWith("board-a")) ?? "", / a-board… away \+2 *$/);
  const log = drawn(1, { columns: 80, rows: 24 }, { boards: paired, isLog: true, chosen: 0 });
  const whole = "Paired with  a-board-with-a-long-name away, board-b –, board-c 2h";
  assert.ok(log.includes(whole), log.join("\n"));
});

test("thirty boards are on a high terminal at once, and scroll on a low one", () => {
  const high = drawn(30, { columns: 120, rows: 50 });
  assert.equal(high.filter((line) => /^board-\w+ +warming/.test(line)).length, 30);
  const size = { columns: 80, rows: 24 };
  const room = tableRoom(model(30), size);
  assert.ok(room >= 10 && room < 30, `${room} boards`);
  const shown = (first: number) =>
    drawn(30, size, { first }).filter((line) => /^board-\w+ +warming/.test(line));
  assert.equal(shown(0).length, room);
  assert.match(shown(5)[0] ?? "", /^board-f /);
  assert.match(shown(30).at(-1) ?? "", /^board-ad /);
  const [title = "", ...others] = drawn(30, size, { first: 5 });
  assert.equal(
    title.replace(/ {2,}/g, "  "),
    `airpair  30 boards on the XS engine  6–${5 + room} of 30 boards ↑↓`,
  );
  assert.equal(columnsOf(title), 80);
  // The names of the columns are all there.
  assert.match(others.find((line) => line.startsWith("BOARD")) ?? "", /hPa +dBm +AGE +OUT +IN$/);
});

test("long events are cut between words, the newest whole at the end", () => {
  const lines = drawn(2, { columns: 60, rows: 20 });
  const [first = "", second = ""] = lines.slice(-4, -2);
  assert.match(first, /^\d\d:\d\d:19 board-b something has happened to the sensor number$/);
  assert.equal(second, `${" ".repeat(17)}19, and somebody should look`);
});

test("an event is shown from its beginning or not at all, and the newest in any case", () => {
  for (let rows = 12; rows < 30; rows++) {
    const lines = drawn(2, { columns: 40, rows });
    const first = lines.findIndex((line) => /^\d\d:\d\d:\d\d/.test(line));
    const cut = lines.findIndex((line) => /^ {17}\S/.test(line));
    assert.ok(first > 0 && (cut < 0 || cut > first), lines.join("\n"));
    assert.match(lines.join("\n"), /:19 board-b something has/);
  }
});

test("the same trouble of a board again is one event with its count, and all of it in the log", () => {
  const log = new FleetLog(["a", "b"]);
  const warning = (text: string) =>
    ({ level: "warn", part: "mqtt", event: "offline", text }) as const;
  log.add("a", warning("gone; next attempt in 1 s"), 1);
  log.add("b", warning("gone; next attempt in 1 s"), 2);
  log.add("a", warning("gone; next attempt in 2 s"), 3);
  log.add("a", { level: "info", part: "mqtt", event: "online", text: "connected" }, 4);
  log.add("a", warning("gone; next attempt in 1 s"), 5);
  assert.deepEqual(
    log.events.map(({ board, time, times }) => [board, time, times]),
    [
      ["b", 2, 1],
      ["a", 3, 2],
      ["a", 4, 1],
      ["a", 5, 1],
    ],
  );
  assert.equal(log.of(undefined).length, 5);
});

test("readings, what is published and answers are no events, and a reading is once in a board's log", () => {
  const log = new FleetLog(["a", "b"]);
  const line = (part: string, event: string, more = {}) =>
    ({ level: "info", part, event, text: event, ...more }) as const;
  log.add("a", line("reading", "reading"), 1);
  log.add("a", line("mqtt", "publish", { topic: "airpair/a/reading" }), 1);
  log.add("a", line("peer", "reading", { partner: "b" }), 1);
  log.add("a", line("command", "answer"), 1);
  log.add("a", line("pairing", "paired"), 1);
  assert.deepEqual(
    log.events.map(({ text }) => text.trim()),
    ["pairing  paired"],
  );
  assert.equal(log.of("a").length, 3);
  assert.equal(log.of(undefined).length, 5);
});

test("text from elsewhere cannot move the cursor, colour the screen or turn its direction", () => {
  const log = new FleetLog(["a", "b"]);
  const text = 'connected to "\x1b[2J\x07\u202eevil\u2066" \x9b31m';
  log.add("a", { level: "info", part: "wifi\x1b", event: "online", text }, 1);
  log.say("a", text, { time: 1 });
  log.typed("a", text, 1);
  for (const entry of log.of("a")) {
    assert.equal(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u.test(entry.text), false);
  }
});
