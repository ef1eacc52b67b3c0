// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { XsMachine } from "../../hosts/sim/node/engine/xs-machine.ts";
import { countHeap, type HeapCount, rest, without } from "../../tools/heap-census.ts";
import { HeapSnapshot } from "../../tools/heap-snapshot.ts";

/** Counts the heap of a program. */
async function count(source: string): Promise<HeapCount> {
  const folder = mkdtempSync(join(tmpdir(), "airpair-heap-"));
  const machine = new XsMachine({
    source,
    onPrint: () => {},
    onCall: () => new Uint8Array(),
    onExit: () => {},
  });
  try {
    await machine.loaded;
    await machine.writeSnapshot(join(folder, "heap"));
    return countHeap(new HeapSnapshot(readFileSync(join(folder, "heap"))));
  } finally {
    await machine.close();
    rmSync(folder, { recursive: true });
  }
}

const classes = `
  class Box { #value = 1; list = undefined; act = undefined; get value() { return this.#value; } }
  globalThis.kept = [];
  function make() { const box = new Box(); kept.push(box); return box; }
`;

/** What the statement leaves on the heap. */
async function added(statement: string): Promise<HeapCount> {
  return without(await count(`${classes} ${statement}`), await count(`${classes} 0;`));
}

test("an instance counts with its fields, and what it alone holds", async () => {
  const { classes: found, stripped } = await added("make(); make().list = [1, 2, 3];");
  // Two objects with a slot for private fields, one of those, two properties; an array is two slots.
  assert.deepEqual(found.get("Box"), { instances: 2, slots: 2 * 5 + 2 });
  assert.equal(stripped, 0);
});

test("a closure belongs to the instance that keeps it, and its name and length are told apart", async () => {
  const { classes: found, stripped } = await added("make().act = () => 1;");
  assert.equal(found.get("Box")?.instances, 1);
  assert.equal(stripped, 2);
});

test("parts add up to the whole", async () => {
  const { slots, classes: found } = await added("make().list = { a: { b: [] } }; kept.push({});");
  const sum = [...found.values()].reduce((all, one) => all + one.slots, 0);
  assert.equal(sum, slots);
  assert.ok((found.get(rest)?.slots ?? 0) > 0);
});
