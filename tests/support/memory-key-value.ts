// SPDX-License-Identifier: MIT

import type { KeyValueDomain } from "../../modules/ecma-419/key-value.ts";

/** Key-value storage in memory, with faults: what a power cut leaves is what was written before. */
export class MemoryKeyValue implements KeyValueDomain {
  readonly #values = new Map<string, Uint8Array>();
  /** Writes and deletes so far. */
  writes = 0;
  /** When set, the write or delete with this number (0 is the first) and all later ones fail. */
  failAt: number | undefined;

  read(key: string): ArrayBuffer | undefined {
    const value = this.#values.get(key);
    return value ? new Uint8Array(value).buffer : undefined;
  }

  write(key: string, value: Uint8Array): void {
    if (key.length > 15) throw new RangeError(`key of ${key.length} characters`);
    this.#count();
    this.#values.set(key, new Uint8Array(value));
  }

  delete(key: string): void {
    this.#count();
    this.#values.delete(key);
  }

  close(): void {}

  [Symbol.iterator](): IterableIterator<string> {
    return this.#values.keys();
  }

  #count(): void {
    if (this.failAt !== undefined && this.writes >= this.failAt) throw new Error("store is broken");
    this.writes++;
  }
}
