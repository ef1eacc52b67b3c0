// SPDX-License-Identifier: MIT

import { decodeUtf8 } from "../../base/utf8.ts";
import type { KeyValueDomain } from "../../ecma-419/key-value.ts";

// The record of the filters that the broker may have for us. A broker keeps them with the session, over a
// power cut of ours too: what the next life does not want any more is known from here alone.
//
// It is written before a filter is asked for that is not in it, so it has all of them at any moment. What
// was given up leaves it with the next write, which is never done for that alone: subscribing to a filter
// again and again does not wear the flash memory out.

/** Where it is, beside the journal. */
const key = "filters";
/** Between two filters: no filter holds it [MQTT-4.7.3-2]. */
const separator = "\0";
/** Longest record, bytes: a value of that length fits every store. */
const maxLength = 4_000;

/** All that is in the record; what is no filter, because it is damaged, too. May throw. */
export function readFilters(store: KeyValueDomain): string[] {
  const bytes = store.read(key);
  const text = bytes && decodeUtf8(new Uint8Array(bytes));
  return text ? text.split(separator) : [];
}

/** Puts these filters on record and no other; those that are too much are left out. May throw. */
export function writeFilters(store: KeyValueDomain, filters: readonly string[]): void {
  const encoder = new TextEncoder();
  let bytes = encoder.encode(filters.join(separator));
  for (let count = filters.length; bytes.length > maxLength; ) {
    bytes = encoder.encode(filters.slice(0, --count).join(separator));
  }
  if (bytes.length > 0) store.write(key, bytes);
  else store.delete(key);
}
