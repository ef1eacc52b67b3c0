// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { ConsoleView } from "../../../../../hosts/sim/node/cli/console-view.ts";

const level = "info";
/** One reading, as a board shows it, as it publishes it, and as the other hears it. */
const lines: readonly (readonly [string, object])[] = [
  ["board-a", { level, part: "reading", event: "reading", text: "co2 600 ppm", co2: 600 }],
  [
    "board-a",
    { level, part: "mqtt", event: "publish", text: "publish …", topic: "airpair/board-a/reading" },
  ],
  [
    "board-b",
    { level, part: "peer", event: "reading", text: "board-a says 600", partner: "board-a" },
  ],
  // A board of somebody else is not seen here in another way.
  ["board-b", { level, part: "peer", event: "reading", text: "ben-a says 500", partner: "ben-a" }],
  ["board-b", { level, part: "peer", event: "here", text: "board-a is here" }],
  [
    "board-b",
    { level, part: "mqtt", event: "publish", text: "publish …", topic: "airpair/board-b/reply" },
  ],
];

/** The events that a view shows of these lines. */
function shown(json: boolean, repeats: boolean): string[] {
  const written: string[] = [];
  const boards = ["board-a", "board-b"];
  const write = (text: string) => written.push(text);
  const view = new ConsoleView({ write, json, repeats, colour: false, boards });
  for (const [board, line] of lines) view.line(board, JSON.stringify(line));
  return written;
}

test("each reading is shown once, as a line or as JSON, and everything else too", () => {
  assert.deepEqual(shown(false, false), [
    "board-a | reading  co2 600 ppm\n",
    "board-b | peer     ben-a says 500\n",
    "board-b | peer     board-a is here\n",
    "board-b | mqtt     publish …\n",
  ]);
  const objects = shown(true, false).map((text) => JSON.parse(text) as Record<string, unknown>);
  assert.deepEqual(
    objects.map(({ board, part, event }) => `${board} ${part} ${event}`),
    [
      "board-a reading reading",
      "board-b peer reading",
      "board-b peer here",
      "board-b mqtt publish",
    ],
  );
  assert.equal(objects[0]?.co2, 600);
});

test("whoever wants all that happens sees how a reading is published and heard", () => {
  assert.equal(shown(false, true).length, lines.length);
  assert.equal(shown(true, true).length, lines.length);
});
