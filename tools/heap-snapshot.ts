// SPDX-License-Identifier: MIT

// Reads what XS writes as a snapshot of its heap (xsSnapshot.c, 64 bits, little-endian): atoms of a
// length, a name and a body. HEAP has the slots, 32 bytes each; a pointer to a slot is its number
// from 1 on, one to a chunk is its place in BLOC.

const slotSize = 32;

/** Kinds of slots that have pointers; the numbers are those of xsAll.h. */
export const slotKinds = Object.freeze({
  string: 5,
  reference: 10,
  closure: 11,
  instance: 13,
  argumentsSloppy: 14,
  argumentsStrict: 15,
  array: 16,
  callback: 18,
  code: 19,
  codeX: 20,
  finalizationCell: 23,
  finalizationRegistry: 24,
  global: 25,
  map: 27,
  module: 28,
  program: 29,
  proxy: 31,
  set: 33,
  weakMap: 35,
  weakRef: 36,
  weakSet: 37,
  accessor: 38,
  entry: 40,
  error: 41,
  home: 42,
  key: 43,
  list: 45,
  private: 46,
  stack: 47,
  callbackX: 49,
  export: 52,
  weakEntry: 53,
});
const k = slotKinds;

/** Both words of these are pointers to slots. */
const pairs = new Set<number>([
  k.finalizationCell,
  k.weakRef,
  k.accessor,
  k.home,
  k.list,
  k.private,
  k.export,
  k.weakEntry,
  k.proxy,
]);
/** The first word of these is. */
const singles = new Set<number>([
  k.reference,
  k.closure,
  k.finalizationRegistry,
  k.weakMap,
  k.weakSet,
  k.entry,
  k.error,
  k.module,
  k.program,
]);
const arrays = new Set<number>([k.argumentsSloppy, k.argumentsStrict, k.array, k.stack]);
const tables = new Set<number>([k.global, k.map, k.set]);

/** The living slots of a heap. A slot is named by its number, from 1 on; 0 is none. */
export class HeapSnapshot {
  readonly #atoms = new Map<string, Buffer>();
  readonly #heap: Buffer;
  readonly #chunks: Buffer;
  readonly #keys: Buffer;

  constructor(file: Buffer) {
    for (let at = 8; at < file.length; at += file.readUInt32BE(at)) {
      const name = file.toString("latin1", at + 4, at + 8);
      this.#atoms.set(name, file.subarray(at + 8, at + file.readUInt32BE(at)));
    }
    const [heap, chunks, keys, version] = ["HEAP", "BLOC", "KEYS", "VERS"].map((name) =>
      this.#atoms.get(name),
    );
    if (!heap || !chunks || !keys || version?.at(3) !== slotSize) {
      throw new Error("this is no snapshot of a heap with slots of 32 bytes");
    }
    this.#heap = heap;
    this.#chunks = chunks;
    this.#keys = keys;
  }

  /** How many slots live. */
  get count(): number {
    return this.#heap.length / slotSize;
  }

  /** Bytes of texts, buffers and arrays that live; an array has twice as many as on a board. */
  get chunkBytes(): number {
    return this.#chunks.length;
  }

  kind(slot: number): number {
    return this.#heap.readInt8((slot - 1) * slotSize + 8);
  }

  /** The next property of the same object, or entry of the same list. */
  next(slot: number): number {
    return this.word(slot, 0);
  }

  /** First word of what a slot holds. */
  first(slot: number): number {
    return this.word(slot, 16);
  }

  second(slot: number): number {
    return this.word(slot, 24);
  }

  /** Name of a property; "" when it has none. */
  name(slot: number): string {
    const id = this.#heap.readUInt32LE((slot - 1) * slotSize + 12);
    if (id === 0 || id * 8 >= this.#keys.length) return "";
    const key = Number(this.#keys.readBigUInt64LE(id * 8));
    return key === 0 || this.kind(key) !== k.key ? "" : this.keyText(this.first(key));
  }

  /** Text of a slot that holds a string. */
  text(slot: number): string {
    return this.kind(slot) === k.string ? this.keyText(this.first(slot)) : "";
  }

  /** Whether an object is a function; its first property then is its code. */
  isFunction(slot: number): boolean {
    if (this.kind(slot) !== k.instance || this.next(slot) === 0) return false;
    const kind = this.kind(this.next(slot));
    return kind === k.code || kind === k.codeX || kind === k.callback || kind === k.callbackX;
  }

  /** The prototype of an object; 0 when it has none. */
  prototype(slot: number): number {
    return this.kind(slot) === k.instance ? this.second(slot) : 0;
  }

  /** Own property of an object by its name; 0 when there is none. */
  property(slot: number, name: string): number {
    let at = this.next(slot);
    while (at !== 0 && this.name(at) !== name) at = this.next(at);
    return at;
  }

  /** The slots that a slot keeps alive; without the prototype of an object. */
  *targets(slot: number): Generator<number> {
    const kind = this.kind(slot);
    yield this.next(slot);
    if (pairs.has(kind)) yield this.second(slot);
    if (pairs.has(kind) || singles.has(kind)) yield this.first(slot);
    if (kind === k.code) yield this.second(slot);
    if (arrays.has(kind)) yield* this.array(this.first(slot));
    if (tables.has(kind)) yield* this.table(slot);
  }

  private *array(chunk: number): Generator<number> {
    if (chunk === 0) return;
    const size = this.#chunks.readInt32LE(chunk - 16) - 16;
    for (let at = chunk; at + slotSize <= chunk + size; at += slotSize) {
      const kind = this.#chunks.readInt8(at + 8);
      if (singles.has(kind) || pairs.has(kind)) yield this.pointer(this.#chunks, at + 16);
      if (pairs.has(kind)) yield this.pointer(this.#chunks, at + 24);
    }
  }

  private *table(slot: number): Generator<number> {
    const chunk = this.first(slot);
    const length = this.#heap.readInt32LE((slot - 1) * slotSize + 24);
    for (let i = 0; i < length; i++) yield this.pointer(this.#chunks, chunk + 8 * i);
  }

  private keyText(chunk: number): string {
    return this.#chunks.toString("utf8", chunk, this.#chunks.indexOf(0, chunk));
  }

  private word(slot: number, offset: number): number {
    return this.pointer(this.#heap, (slot - 1) * slotSize + offset);
  }

  private pointer(buffer: Buffer, at: number): number {
    const value = buffer.readBigUInt64LE(at);
    return value > 0xffff_ffffn ? 0 : Number(value);
  }
}
