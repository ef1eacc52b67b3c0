// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { gasCommand } from "../../../modules/app/gas-command.ts";
import { Commander } from "../../../modules/console/commander.ts";
import { Board, hour, minute, wall } from "../air-quality/baseline-board.ts";

function build() {
  const board = new Board({ time: wall });
  const view = {
    gasSensor: () => "ready",
    gasDetails: () => "mode 1\nand more",
    baseline: board.keeper,
  };
  const commander = new Commander({ commands: [gasCommand], view });
  return { board, run: (line: string) => commander.run(line) };
}

test("ccs811 shows the state, the details and the baseline", () => {
  const { run } = build();
  assert.deepEqual(run("ccs811"), {
    ok: true,
    text: "ready\nmode 1\nand more\nbaseline: none is stored for this mode and firmware; 0 writes since the start",
  });
});

test("ccs811 baseline shows what is stored, save saves it, forget forgets it", () => {
  const { board, run } = build();
  board.bench.time.advance(10 * minute);
  assert.deepEqual(run("ccs811 baseline save").ok, false);
  assert.match(run("ccs811 baseline save").text, /cannot be saved now: run-in is not over/);
  board.bench.time.advance(20 * minute);
  const { ok, text } = run("ccs811 baseline save");
  assert.equal(ok, true);
  assert.match(text, /^baseline: [0-9a-f]{4}, saved 2023-11-14T22:43:20.000Z, after 0 h/);
  assert.equal(run("ccs811 baseline").text, text);
  assert.match(run("ccs811 baseline forget").text, /are forgotten/);
  assert.match(run("ccs811 baseline").text, /none is stored .* 2 writes since the start/);
  board.bench.time.advance(20 * hour);
  assert.equal(board.keeper.record?.baseline, undefined);
});

const usage = "usage: ccs811 [status | baseline [show | save | forget]]";

test("other words are refused with those that are known", () => {
  const { board, run } = build();
  assert.deepEqual(run("ccs811 explode"), {
    ok: false,
    text: `ccs811 does not know "explode"; ${usage}`,
  });
  assert.deepEqual(run("ccs811 baseline burn"), {
    ok: false,
    text: `ccs811 baseline does not know "burn"; ${usage}`,
  });
  assert.equal(run("ccs811 baseline save now").text, `"now" is too much; ${usage}`);
  assert.equal(board.store.writes, 0);
});

test("a store that refuses to forget is the answer", () => {
  const { board, run } = build();
  board.bench.time.advance(2 * hour);
  board.store.failAt = 0;
  assert.deepEqual(run("ccs811 baseline forget"), { ok: false, text: "store is broken" });
});
