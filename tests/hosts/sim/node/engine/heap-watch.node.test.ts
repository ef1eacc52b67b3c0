// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { HeapWatch } from "../../../../../hosts/sim/node/engine/heap-watch.ts";
import { XsMachine } from "../../../../../hosts/sim/node/engine/xs-machine.ts";

/** Keeps 1,000 objects more, of two slots, for each turn with a byte, and makes garbage. */
const program = `
  const kept = [];
  globalThis.handleCommand = (command) => {
    if (command.byteLength > 0) for (let i = 0; i < 1_000; i++) kept.push({ i });
    for (let i = 0; i < 20_000; i++) ({ i });
    if (command.byteLength === 0) gc();
    return new ArrayBuffer(0);
  };`;

test("counts what the program keeps, without garbage and what it had when it was loaded", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const machine = new XsMachine({
    source: program,
    onCall: () => Uint8Array.of(0),
    onPrint: () => {},
    onExit: () => {},
  });
  t.after(() => machine.kill());
  const watch = new HeapWatch(machine);
  // Turns are answered in their order.
  await machine.turn(Uint8Array.of(1));
  assert.equal(watch.slots, undefined);
  t.mock.timers.tick(1_000);
  await machine.turn(Uint8Array.of(1));
  const first = watch.slots ?? 0;
  assert.ok(first >= 2_000 && first < 2_500, `${first} slots`);
  t.mock.timers.tick(5_000);
  await machine.turn(Uint8Array.of(1));
  const second = watch.slots ?? 0;
  assert.ok(second - first >= 2_000 && second - first < 2_500, `${second} slots, ${first} before`);
  watch.close();
  t.mock.timers.tick(60_000);
  assert.equal(watch.slots, second);
});
