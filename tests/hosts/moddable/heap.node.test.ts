// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { call, compileNative } from "../../support/native-code.ts";

const figures = [0, 1, 2, 3, 4, 5, 6, 7, -1].map((what) => call("xs_heap_figure", what));

test("figures of the heap are those of the engine, and on a board those of its memory", async () => {
  const run = await compileNative("hosts/moddable/heap.c", { flags: ["-DESP32"] });
  const results = run(...figures).map(({ result }) => result);
  assert.deepEqual(results, [1_000, 4_096, 20_000, 57_344, 90_000, 40_000, 512, -1, -1]);
});

test("a PC has no figures of a board's memory", async () => {
  const run = await compileNative("hosts/moddable/heap.c");
  assert.deepEqual(
    run(...figures.slice(3, 8)).map(({ result }) => result),
    [57_344, -1, -1, -1, -1],
  );
});
