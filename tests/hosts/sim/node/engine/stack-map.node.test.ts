// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { bundleFirmware } from "../../../../../hosts/sim/node/engine/bundle.ts";
import type { MachineOptions } from "../../../../../hosts/sim/node/engine/machine.ts";
import { NodeMachine } from "../../../../../hosts/sim/node/engine/node-machine.ts";
import { takeSnapshot } from "../../../../../hosts/sim/node/engine/snapshot.ts";
import { StackMap } from "../../../../../hosts/sim/node/engine/stack-map.ts";
import { XsMachine } from "../../../../../hosts/sim/node/engine/xs-machine.ts";

/** The types take lines that the bundle has not. */
const failing = `interface Nothing {
  readonly at: number;
}

function fail({ at }: Nothing): never {
  throw new Error("failed at " + at);
}

declare function print(text: string): void;

Object.assign(globalThis, {
  handleCommand: () => {
    try {
      fail({ at: 1 });
    } catch (error) {
      print((error as Error).stack ?? "");
    }
    return new ArrayBuffer(0);
  },
});
`;

for (const [engine, Class] of [
  ["XS", XsMachine],
  ["XS from a snapshot", XsMachine],
  ["Node", NodeMachine],
] as const) {
  test(`a stack trace of ${engine} names file and line of the TypeScript source`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "airpair-stack-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const entry = join(folder, "failing.ts");
    writeFileSync(entry, failing);
    const program = await bundleFirmware(entry);
    const snapshot = join(folder, "failing.xss");
    if (engine.includes("snapshot")) writeFileSync(snapshot, await takeSnapshot(program, snapshot));
    const printed: string[] = [];
    const options: MachineOptions = {
      ...program,
      snapshot,
      onCall: () => new Uint8Array(),
      onPrint: (line) => printed.push(line),
      onExit: () => {},
    };
    const machine = new Class(options);
    await machine.turn(new Uint8Array(1));
    await machine.close();
    const trace = new StackMap(program.map).translate(printed.join("\n"));
    assert.match(trace, /at fail \(.*failing\.ts:6\)/);
    assert.match(trace, /at .*handleCommand \(.*failing\.ts:14\)/);
  });
}

test("a trace of a bundle without a map, or of other code, stays as it is", () => {
  const trace = "Error: x\n at run (#0:12)\n at airpair.js:3:4\n at other.js:1:2";
  assert.equal(new StackMap(undefined).translate(trace), trace);
});
