// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type * as MemoryModule from "../../../hosts/moddable/memory.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

async function use(figures: readonly number[]) {
  const { SDKMemory } = await importWithSDK<typeof MemoryModule>("hosts/moddable/memory.ts", {
    "./heap.js": { heapFigure: (what: number) => figures[what] },
  });
  return new SDKMemory().use();
}

test("the figures of the C part get their names, and those that there are not are left out", async () => {
  assert.deepEqual(await use([3_105, 4_927, 41_220, 78_848, 101_376, 28_672, 2_048]), {
    slots: 3_105,
    slotLimit: 4_927,
    chunks: 41_220,
    chunkLimit: 78_848,
    free: 101_376,
    leastFree: 28_672,
    leastStack: 2_048,
  });
  assert.deepEqual(await use([3_105, -1, 41_220, -1, -1, -1, -1]), {
    slots: 3_105,
    slotLimit: undefined,
    chunks: 41_220,
    chunkLimit: undefined,
    free: undefined,
    leastFree: undefined,
    leastStack: undefined,
  });
});
