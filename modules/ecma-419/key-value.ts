// SPDX-License-Identifier: MIT

/** One open domain of the ECMA-419 key-value storage (section 20), format "buffer". */
export interface KeyValueDomain {
  /** The stored bytes, or undefined when there is no such key. */
  read(key: string): ArrayBuffer | undefined;
  /** Throws when the store is full or broken. The value is durable when the call returns. */
  write(key: string, value: Uint8Array): void;
  delete(key: string): void;
  close(): void;
  [Symbol.iterator](): IterableIterator<string>;
}

/** Opens domains. Keys and paths are at most 15 characters long, the limit of the ESP32's NVS. */
export interface KeyValueStorage {
  open(options: { readonly path: string; readonly format: "buffer" }): KeyValueDomain;
}
