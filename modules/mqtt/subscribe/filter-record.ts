// SPDX-License-Identifier: MIT

import { decodeUtf8 } from "../../base/utf8.ts";
import type { KeyValueDomain } from "../../ecma-419/key-value.ts";

/** Where the record is, beside the journal. */
const key = "filters";
/** Between two filters: no filter holds it [MQTT-4.7.3-2]. */
const separator = "\0";
/** Longest record, bytes: a value of that length fits every store. */
const maxLength = 4_000;

/** Who is notified of failures. */
export interface FilterRecordOwner {
  /** The store has failed; the subscriptions live on in memory. */
  onStoreError(error: unknown): void;
}

/**
 * The filters that the broker may have for us. A broker keeps them with the session, over a power cut of
 * ours too: what the next life does not want any more is known from here alone.
 *
 * It is written before a filter is asked for that is not in it, so it has all of them at any moment. What
 * was given up leaves it with the next write, which is never done for that alone: subscribing to a filter
 * again and again does not wear the flash memory out.
 */
export class FilterRecord {
  readonly #store: KeyValueDomain;
  readonly #owner: FilterRecordOwner;

  constructor(store: KeyValueDomain, owner: FilterRecordOwner) {
    this.#store = store;
    this.#owner = owner;
  }

  /** All that is in it; what is no filter, because the record is damaged, too. */
  read(): string[] {
    try {
      const bytes = this.#store.read(key);
      const text = bytes && decodeUtf8(new Uint8Array(bytes));
      return text ? text.split(separator) : [];
    } catch (error) {
      this.#owner.onStoreError(error);
      return [];
    }
  }

  /** Has these filters and no other. Those that are too much for a record are left out. */
  write(filters: readonly string[]): void {
    const encoder = new TextEncoder();
    let bytes = encoder.encode(filters.join(separator));
    for (let count = filters.length; bytes.length > maxLength; ) {
      bytes = encoder.encode(filters.slice(0, --count).join(separator));
    }
    try {
      if (bytes.length > 0) this.#store.write(key, bytes);
      else this.#store.delete(key);
    } catch (error) {
      this.#owner.onStoreError(error);
    }
  }
}
