// SPDX-License-Identifier: MIT

import type { KeyValueDomain, KeyValueStorage } from "../../modules/ecma-419/key-value.ts";

/** The limit of the ESP32's storage, kept here so that a name that is too long is found on a PC. */
const longestName = 15;

function checkName(name: string): void {
  if (name === "" || name.length > longestName) {
    throw new RangeError(`storage names have 1 to ${longestName} characters`);
  }
}

function memoryDomain(values: Map<string, Uint8Array<ArrayBuffer>>): KeyValueDomain {
  return {
    read(key) {
      checkName(key);
      return values.get(key)?.slice().buffer;
    },
    write(key, value) {
      checkName(key);
      values.set(key, new Uint8Array(value));
    },
    delete(key) {
      checkName(key);
      values.delete(key);
    },
    close() {},
    [Symbol.iterator]: () => values.keys(),
  };
}

/**
 * Key-value storage in memory: the SDK has none for Linux. It survives a restart of the firmware but
 * not the end of the simulator.
 */
export class MemoryStorage implements KeyValueStorage {
  readonly #domains = new Map<string, Map<string, Uint8Array<ArrayBuffer>>>();

  open(options: { readonly path: string; readonly format: "buffer" }): KeyValueDomain {
    const { path } = options;
    checkName(path);
    const values = this.#domains.get(path) ?? new Map<string, Uint8Array<ArrayBuffer>>();
    this.#domains.set(path, values);
    return memoryDomain(values);
  }
}
