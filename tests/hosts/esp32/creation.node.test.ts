// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { boards } from "../../../tools/boards.ts";

interface Creation {
  readonly static?: number;
  readonly stack?: number;
  readonly chunk?: { readonly initial: number; readonly incremental: number };
  readonly heap?: { readonly initial: number; readonly incremental: number };
}

interface Manifest {
  readonly creation?: Creation;
  readonly platforms: Readonly<Record<string, { readonly creation?: Creation }>>;
}

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const manifestOf = (path: string) => JSON.parse(read(path)) as Manifest;
const host = manifestOf("hosts/esp32/manifest.json");
const board = host.platforms["esp32/nodemcu"]?.creation;
const withRAM = manifestOf("hosts/esp32/psram/manifest.json");

/** Bytes of the heap of XS and its stack. */
function bytesOf({ chunk, heap }: Creation): number {
  return (chunk?.initial ?? 0) + 16 * ((heap?.initial ?? 0) + (host.creation?.stack ?? 0));
}

test("the heap of a board does not grow, and leaves 70 KB beside it online, 20 KB in a handshake", () => {
  assert.ok(board?.chunk && board.heap);
  assert.deepEqual([board.chunk.incremental, board.heap.incremental], [0, 0]);
  // A heap of 165,888 bytes left 44,400 on an emulated ESP32, and data have grown by 64: docs/footprint.md.
  const free = 165_888 + 44_400 - 64 - bytesOf(board);
  assert.ok(free >= 70 * 1_024, `${free} bytes are free online`);
  // The worst moment of a handshake takes 27,272 bytes more.
  assert.ok(free - 27_272 >= 20 * 1_024, `${free} bytes are free before a handshake`);
});

test("a board with another chip has the same heap, in place of one block of the SDK for all of it", () => {
  for (const { target } of Object.values(boards)) {
    const { chunk, heap, ...rest } = host.platforms[target]?.creation ?? {};
    assert.deepEqual({ chunk, heap }, board, target);
    // The SDK's target for an ESP32-C3 has one of 94,208 bytes, which this heap does not fit.
    assert.deepEqual(rest, target === "esp32/esp32c3" ? { static: 0 } : {});
  }
});

test("npm run footprint counts against the slots that a board has", () => {
  const [, budget = ""] = /^const budget = ([\d_]+);$/m.exec(read("tools/footprint.ts")) ?? [];
  assert.equal(Number(budget.replace("_", "")), board?.heap?.initial);
});

test("RAM beside the chip holds a larger heap, each half too large for the chip's own by the sdkconfig", () => {
  const config = read("hosts/esp32/psram/sdkconfig.defaults");
  const [, internal] = /^CONFIG_SPIRAM_MALLOC_ALWAYSINTERNAL=(\d+)$/m.exec(config) ?? [];
  for (const target of ["esp32", "esp32/nodemcu"]) {
    const creation = withRAM.platforms[target]?.creation;
    const { chunk, heap } = creation ?? {};
    assert.ok(chunk && heap && board?.chunk && board.heap, target);
    assert.deepEqual([chunk.incremental, heap.incremental], [0, 0]);
    assert.ok(chunk.initial >= 2 * board.chunk.initial, target);
    assert.ok(heap.initial >= 2 * board.heap.initial, target);
    assert.ok(Math.min(chunk.initial, 16 * heap.initial) > Number(internal), target);
  }
});

test("the table of the host says what the manifests give", () => {
  const rows = read("hosts/esp32/README.md").split("\n");
  const row = (start: string) => rows.find((line) => line.startsWith(`| ${start}`)) ?? "";
  const chunks = row("Chunks");
  const slots = row("Slots of 16 bytes");
  const large = withRAM.platforms["esp32/nodemcu"]?.creation;
  for (const [line, bytes] of [
    [chunks, board?.chunk?.initial],
    [chunks, large?.chunk?.initial],
    [slots, board?.heap?.initial],
    [slots, large?.heap?.initial],
  ] as const) {
    assert.ok(line.includes(` ${bytes?.toLocaleString("en")}`), `${line} without ${bytes}`);
  }
});
