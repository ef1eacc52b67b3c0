// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("frame-ring.c", import.meta.url));
const header = fileURLToPath(new URL("../../../hosts/esp32/sniffer", import.meta.url));

interface Outcome {
  readonly taken: number;
  readonly missed: number;
  /** Frames whose bytes are not of one frame, and those that came after a later one. */
  readonly broken: number;
  readonly disordered: number;
  /** Of five frames more than there is room for. */
  readonly kept: number;
  readonly turnedAway: number;
  readonly isEmpty: boolean;
}

/** Compiles the ring for this PC (a C compiler is there, the XS engine needs one) and drives it. */
function drive(runs: readonly (readonly [frames: number, pause: number])[]): Outcome[] {
  const folder = mkdtempSync(join(tmpdir(), "frame-ring-"));
  try {
    const program = join(folder, "frame-ring");
    const warnings = ["-std=gnu17", "-O2", "-Wall", "-Wextra", "-Werror"];
    execFileSync("cc", [...warnings, "-pthread", `-I${header}`, source, "-o", program]);
    return runs.map(([frames, pause]) => {
      const options = { timeout: 30_000, encoding: "utf8" } as const;
      return JSON.parse(execFileSync(program, [`${frames}`, `${pause}`], options)) as Outcome;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("one task writes frames while another reads: none is torn, lost uncounted, or out of order", () => {
  const frames = 1_000_000;
  const outcomes = drive([
    [frames, 0],
    [frames, 64],
  ]);
  for (const { taken, missed, broken, disordered } of outcomes) {
    assert.equal(taken + missed, frames);
    assert.ok(taken > 0);
    assert.deepEqual([broken, disordered], [0, 0]);
  }
  const slow = outcomes[1];
  assert.ok(slow && slow.missed > 0, "a reader that sleeps misses nothing, so nothing was shown");
  for (const { kept, turnedAway, isEmpty } of outcomes) {
    assert.deepEqual({ kept, turnedAway, isEmpty }, { kept: 128, turnedAway: 5, isEmpty: true });
  }
});
