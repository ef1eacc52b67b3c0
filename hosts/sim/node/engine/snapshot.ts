// SPDX-License-Identifier: MIT

import { readFile, rm } from "node:fs/promises";
import type { Program } from "./machine.ts";
import { XsMachine } from "./xs-machine.ts";

/** Room above what the program has, and by how much more the engine grows at a time. */
const room = Object.freeze({
  chunkBytes: 512 * 1_024,
  moreChunkBytes: 256 * 1_024,
  slots: 16 * 1_024,
  moreSlots: 8 * 1_024,
});
/** Places of those numbers in XS's `txCreation`, which a snapshot repeats; 32 bits each. */
const places = Object.freeze({ chunkBytes: 0, moreChunkBytes: 1, slots: 2, moreSlots: 3 });
/** Numbers of `txCreation`, with the two that follow it in a snapshot. */
const creationLength = 14 * 4;
/** Length and type, four bytes each. */
const headLength = 8;

/**
 * Loads a program in an engine of its own and takes a snapshot, by way of the file `path`, which is
 * gone afterwards. Rejects when the program cannot be loaded or the file not be written.
 */
export async function takeSnapshot(program: Program, path: string): Promise<Buffer> {
  const machine = new XsMachine({
    source: program.source,
    onCall: () => Buffer.from([1]),
    onPrint: () => {},
    onExit: () => {},
  });
  try {
    await machine.loaded;
    await machine.writeSnapshot(path);
    return withSmallHeap(await readFile(path));
  } finally {
    await machine.close();
    await rm(path, { force: true });
  }
}

/**
 * Lowers the sizes with which an engine begins that starts from this snapshot. The worker has 32 MB
 * for chunks and 256 K slots, and touches all of it; the snapshot asks for the same again. What it
 * does with the snapshot otherwise, counting among it, stays as it is; and it grows when it needs to. A
 * snapshot of another form than expected is returned as it is, which costs memory only.
 */
export function withSmallHeap(snapshot: Buffer): Buffer {
  const atoms = atomsOf(snapshot);
  const creation = atoms.get("CREA");
  const chunks = atoms.get("BLOC");
  const heap = atoms.get("HEAP");
  // Version and size of a slot, a byte each.
  const [, , , slotLength = 0] = atoms.get("VERS") ?? [];
  if (creation?.length !== creationLength || !chunks || !heap || slotLength === 0) return snapshot;
  const small = Buffer.from(snapshot);
  const lower = (place: keyof typeof places, value: number) => {
    const at = creation.byteOffset - snapshot.byteOffset + 4 * places[place];
    if (value < small.readInt32LE(at)) small.writeInt32LE(value, at);
  };
  lower("chunkBytes", chunks.length + room.chunkBytes);
  lower("moreChunkBytes", room.moreChunkBytes);
  lower("slots", heap.length / slotLength + room.slots);
  lower("moreSlots", room.moreSlots);
  return small;
}

/** The parts of a snapshot by their type: an atom that holds the others, each with its length. */
function atomsOf(snapshot: Buffer): Map<string, Buffer> {
  const atoms = new Map<string, Buffer>();
  for (let at = headLength; at + headLength <= snapshot.length; ) {
    const length = snapshot.readUInt32BE(at);
    if (length < headLength || at + length > snapshot.length) return new Map();
    atoms.set(
      snapshot.toString("latin1", at + 4, at + headLength),
      snapshot.subarray(at + headLength, at + length),
    );
    at += length;
  }
  return atoms;
}
