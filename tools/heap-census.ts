// SPDX-License-Identifier: MIT

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type HeapSnapshot, slotKinds } from "./heap-snapshot.ts";

/** What no instance of a class holds: modules, the language itself, variables of modules. */
export const rest = "modules and the language";

/** Slots of a class, its instances and what they alone, or they first, hold. */
export interface ClassCount {
  instances: number;
  slots: number;
}

export interface HeapCount {
  /** All living slots. */
  readonly slots: number;
  /** Names and lengths of functions, which a board does not have. */
  readonly stripped: number;
  /** Bytes of texts, buffers and arrays. */
  readonly chunks: number;
  /** By name of class, or `rest`. */
  readonly classes: ReadonlyMap<string, ClassCount>;
}

/**
 * Counts a heap. Each instance of a class owns its slots and what can be reached from it without
 * passing another instance; what several reach belongs to the one that is fewest steps away. So
 * every slot is counted once.
 */
export function countHeap(heap: HeapSnapshot): HeapCount {
  const owners = new Array<string | undefined>(heap.count + 1);
  const classes = new Map<string, ClassCount>([[rest, { instances: 0, slots: 0 }]]);
  const instances: number[] = [];
  const prototypes = new Set<number>();
  for (let slot = 1; slot <= heap.count; slot++) {
    if (heap.kind(slot) !== slotKinds.instance) continue;
    if (heap.isFunction(slot)) {
      const prototype = heap.property(slot, "prototype");
      if (prototype !== 0) prototypes.add(slot).add(heap.first(prototype));
    }
  }
  for (let slot = 1; slot <= heap.count; slot++) {
    const name = prototypes.has(slot) ? undefined : classOf(heap, slot);
    if (name === undefined) continue;
    owners[slot] = name;
    instances.push(slot);
    const count = classes.get(name) ?? { instances: 0, slots: 0 };
    count.instances++;
    classes.set(name, count);
  }
  // Classes first, and what their methods see: it would be reached from every instance.
  for (const slot of prototypes) owners[slot] = rest;
  spread(heap, [...prototypes], owners);
  spread(heap, instances, owners);
  let stripped = 0;
  for (let slot = 1; slot <= heap.count; slot++) {
    if (heap.isFunction(slot)) stripped += nameSlots(heap, slot);
    const count = classes.get(owners[slot] ?? rest);
    if (count) count.slots++;
  }
  return { slots: heap.count, stripped, chunks: heap.chunkBytes, classes };
}

function spread(heap: HeapSnapshot, from: readonly number[], owners: (string | undefined)[]): void {
  const queue = [...from];
  for (let i = 0; i < queue.length; i++) {
    const slot = queue[i] ?? 0;
    for (const target of heap.targets(slot)) {
      if (target === 0 || owners[target] !== undefined) continue;
      owners[target] = owners[slot];
      queue.push(target);
    }
  }
}

/** How many of `name` and `length` a function has. */
function nameSlots(heap: HeapSnapshot, slot: number): number {
  return ["name", "length"].filter((name) => heap.property(slot, name) !== 0).length;
}

/** Objects that only group others. */
const plain = new Set(["Object", "Function", "Array", "Map", "Set", "Promise", "Date", "RegExp"]);

/** Name of the class of an object; undefined for one that belongs to whoever holds it. */
function classOf(heap: HeapSnapshot, slot: number): string | undefined {
  const prototype = heap.prototype(slot);
  if (prototype === 0 || heap.isFunction(slot)) return undefined;
  const made = heap.property(prototype, "constructor");
  if (made === 0 || heap.kind(made) !== slotKinds.reference) return undefined;
  const name = heap.property(heap.first(made), "name");
  const text = name === 0 ? "" : heap.text(name);
  return text === "" || plain.has(text) || /Array$|^ArrayBuffer$|^DataView$/.test(text)
    ? undefined
    : text;
}

/** Where a class is, as the table says it, by the names of the classes in them. */
export function partsOfClasses(root: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const folder of ["modules", "drivers", "hosts/sim/xs", "hosts/net"]) {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
    for (const file of files.filter((path) => path.endsWith(".ts")).sort()) {
      const text = readFileSync(join(root, folder, file), "utf8");
      const part = folder.startsWith("hosts")
        ? "host (the simulator's)"
        : join(folder, dirname(file));
      for (const [, name = ""] of text.matchAll(
        /^(?:export )?(?:default )?(?:abstract )?class (\w+)/gm,
      )) {
        // The bundler calls the second class of a name Name2.
        parts.set(parts.has(name) ? `${name}2` : name, part);
      }
    }
  }
  return parts;
}

/** The count without what was there before; classes without any slot are left out. */
export function without(count: HeapCount, before: HeapCount): HeapCount {
  const classes = new Map<string, ClassCount>();
  for (const [name, { instances, slots }] of count.classes) {
    const old = before.classes.get(name) ?? { instances: 0, slots: 0 };
    const left = { instances: instances - old.instances, slots: slots - old.slots };
    if (left.slots !== 0) classes.set(name, left);
  }
  return {
    slots: count.slots - before.slots,
    stripped: count.stripped - before.stripped,
    chunks: count.chunks - before.chunks,
    classes,
  };
}
