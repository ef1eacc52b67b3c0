// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { scaleRow, withScaleRows } from "../../tools/scale/scale-table.ts";

const run = {
  ...{ connected: 1_000, sent: 6_000, arrived: 5_999, lost: 1, doubled: 2, dropped: 0 },
  ...{ reconnects: 3, median: 1.26, most: 45.2, longest: 61_200 },
  ...{ comes: 40.4, memory: 320.6, processor: 75.5 },
};
const row = scaleRow({ broker: "Mosquitto 2.0.11", boards: 1_000, run, load: 1.234 });
const place = "<!-- fleets: written by npm run scale -->\n\n<!-- end of fleets -->\n";

test("a row has what was seen, with its units", () => {
  const cells = "6,000 | 5,999 | 1 | 2 | 3 | 1.3 ms | 45 ms | 61.2 s | 40 s | 321 MB | 76 % | 1.2";
  assert.equal(row, `| Mosquitto 2.0.11 | 1,000 | ${cells} |`);
});

test("rows of the same machine and day stay beside new ones, and each is there once", () => {
  const other = scaleRow({ broker: "the hub", boards: 100, run, load: 1 });
  const first = withScaleRows(place, "a machine", new Map([["1", row]]));
  const both = withScaleRows(first, "a machine", new Map([["2", other]]));
  const again = withScaleRows(both, "a machine", new Map([["1", row]]));
  for (const text of [both, again]) {
    assert.equal(text.split(row).length, 2);
    assert.equal(text.split(other).length, 2);
  }
});

test("rows stand by broker, and fewer boards before more", () => {
  const rows = [300, 1_000, 50].map((boards) => scaleRow({ broker: "b", boards, run, load: 1 }));
  const text = withScaleRows(place, "a machine", new Map(rows.map((each) => [each, each])));
  const boards = [...text.matchAll(/^\| b \| ([\d,]+) /gm)].map(([, count]) => count);
  assert.deepEqual(boards, ["50", "300", "1,000"]);
});

test("figures of another machine go, so that the table says of all of them where they come from", () => {
  const first = withScaleRows(place, "a machine", new Map([["1", row]]));
  const moved = scaleRow({ broker: "the hub", boards: 100, run, load: 1 });
  const text = withScaleRows(first, "another machine", new Map([["2", moved]]));
  assert.ok(text.includes(moved) && text.includes("another machine"));
  assert.equal(text.includes(row), false);
});

test("a document without a place for the table is left alone", () => {
  assert.throws(() => withScaleRows("# Scale\n", "a machine", new Map()), /no place/);
});
