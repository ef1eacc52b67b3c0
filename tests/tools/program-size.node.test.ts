// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { boardNamed, boards } from "../../tools/boards.ts";
import { programFor, programSize, sizeTable } from "../../tools/program-size.ts";

/**
 * What the modules of a board may take, counted on the engine of the simulator: bytes and 16 for each
 * slot. On a board it is 68 % of that, because XS there has no names and lengths of functions, and its
 * strings have no room to grow. With everything in C beside it the image has to fit a slot of 1,966,080 bytes;
 * that of an ESP32-C3 had 1,960,528 with 1,299,944 counted, the LED of colours among them.
 */
const budgets: Readonly<Record<string, number>> = {
  "esp32-devkit": 1_290_000,
  "esp32-c3-devkit": 1_294_000,
};

test("the modules of a board with 4 MB stay within their share of the flash memory", async () => {
  const small = Object.keys(boards).filter((name) => boardNamed(name).flash === 4);
  assert.deepEqual(small.sort(), Object.keys(budgets).sort());
  for (const [name, budget] of Object.entries(budgets)) {
    const board = boardNamed(name);
    const { source } = await programFor(board);
    const { bytes, slots } = await programSize(source);
    const all = bytes + 16 * slots;
    const told = `${name}: ${all} bytes; ${budget} were wanted; npm run size shows what for`;
    assert.ok(all <= budget, told);
    assert.ok(all > budget / 2, `${told}: the count cannot be right`);
  }
});

test("the count repeats exactly, and is of what is reached only", async () => {
  const program = (text: string) =>
    `import x from "timer";\nimport { a as b, c } from "native";\nconst list = [b, c, x, ${text}];\nvar start = () => list;\nexport {\n  start as default\n};\n`;
  const one = await programSize(program("1"));
  assert.deepEqual(await programSize(program("1")), one);
  const more = await programSize(program("{ name: 1 }"));
  assert.ok(more.slots > one.slots);
  await assert.rejects(programSize('import * as all from "timer";\nall();'), /not understood/);
});

test("the table shares the whole out by the text of files and folders", () => {
  const shares = new Map([
    ["modules/a/one.ts", 60],
    ["modules/a/two.ts", 20],
    ["modules/b/three.ts", 20],
  ]);
  const lines = sizeTable(shares, { bytes: 840, slots: 10 }).split("\n");
  assert.deepEqual(
    lines.slice(0, 3).map((line) => line.trim().split(/ +/)[0]),
    ["840", "10", "1,000"],
  );
  assert.match(lines[4] ?? "", /^ +800 {2}modules\/a$/);
  assert.match(lines[7] ?? "", /^ +600 {2}modules\/a\/one\.ts$/);
});
