// SPDX-License-Identifier: MIT

import type { KeyValueDomain, KeyValueStorage } from "../../../modules/ecma-419/key-value.ts";
import { joinPayload } from "../payload.ts";
import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";

/** Longest key and path of the ESP32's NVS; the simulator is no more generous. */
const longestKey = 15;

/** Key-value storage in files of the PC. */
export class SimKeyValueStorage implements KeyValueStorage {
  open({ path }: { readonly path: string }): KeyValueDomain {
    checkKey(path);
    return new SimKeyValueDomain(path);
  }
}

class SimKeyValueDomain implements KeyValueDomain {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  read(key: string): ArrayBuffer | undefined {
    const reply = this.call(operations.storageRead, key);
    return reply[0] === 1 ? reply.slice(1).buffer : undefined;
  }

  write(key: string, value: Uint8Array): void {
    checkKey(key);
    this.call(operations.storageWrite, key, value);
  }

  delete(key: string): void {
    this.call(operations.storageDelete, key);
  }

  close(): void {}

  [Symbol.iterator](): IterableIterator<string> {
    const reply = this.call(operations.storageList, "");
    return (JSON.parse(new TextDecoder().decode(reply)) as string[]).values();
  }

  private call(operation: number, key: string, value?: Uint8Array): Uint8Array {
    const head = joinPayload({ path: this.#path, key });
    return link.call(channels.storage, operation, head, value);
  }
}

/** The storage of this board. */
export const keyValueStorage = Object.freeze(new SimKeyValueStorage());

function checkKey(key: string): void {
  if (key.length === 0 || key.length > longestKey) {
    throw new RangeError(`key ${JSON.stringify(key)} must have 1 to ${longestKey} characters`);
  }
}
