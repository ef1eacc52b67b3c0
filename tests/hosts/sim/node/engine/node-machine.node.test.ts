// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { loadFirmware } from "../../../../../hosts/sim/node/engine/firmware-cache.ts";
import type { MachineOptions } from "../../../../../hosts/sim/node/engine/machine.ts";
import { NodeMachine } from "../../../../../hosts/sim/node/engine/node-machine.ts";

/** Each board counts its turns and asks its own side; `made` counts instances. */
const shared = `
  globalThis.made = (globalThis.made ?? 0) + 1;
  globalThis.openBoard = (ask) => {
    let turns = 0;
    return () => Uint8Array.of(made, ++turns, new Uint8Array(ask(new ArrayBuffer(0)))[0]).buffer;
  };`;

const alone = `
  let turns = 0;
  globalThis.handleCommand = () => Uint8Array.of(++turns, new Uint8Array(issueCommand(new ArrayBuffer(0)))[0]).buffer;`;

function machine(source: string, answer: number, options: Partial<MachineOptions> = {}) {
  return new NodeMachine({
    source,
    onCall: () => Uint8Array.of(answer),
    onPrint: () => {},
    onExit: () => {},
    ...options,
  });
}

test("boards of a shared program have one instance of it, and each its own turns and calls", async () => {
  const one = machine(shared, 7, { isShared: true });
  const other = machine(shared, 8, { isShared: true });
  assert.deepEqual([...(await one.turn(new Uint8Array(1))).reply], [1, 1, 7]);
  assert.deepEqual([...(await one.turn(new Uint8Array(1))).reply], [1, 2, 7]);
  assert.deepEqual([...(await other.turn(new Uint8Array(1))).reply], [1, 1, 8]);
});

test("boards of a program that may keep something have an instance each", async () => {
  const one = machine(alone, 7);
  const other = machine(alone, 8);
  assert.deepEqual([...(await one.turn(new Uint8Array(1))).reply], [1, 7]);
  assert.deepEqual([...(await one.turn(new Uint8Array(1))).reply], [2, 7]);
  assert.deepEqual([...(await other.turn(new Uint8Array(1))).reply], [1, 8]);
});

test("a shared program that cannot be loaded ends each of its boards", async () => {
  const reasons: string[] = [];
  const options = { isShared: true, onExit: (reason: string) => reasons.push(reason) };
  const machines = [1, 2].map((answer) => machine("throw new Error('no');", answer, options));
  for (const { loaded } of machines) await assert.rejects(loaded, /no/);
  assert.equal(reasons.length, 2);
});

test("the firmware is shared", async () => {
  assert.equal((await loadFirmware()).isShared, true);
});
