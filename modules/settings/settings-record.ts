// SPDX-License-Identifier: MIT

import { checksumAround } from "../base/crc16.ts";
import { decodeUtf8 } from "../base/utf8.ts";

/** Stored values as text, by name of the setting. */
export type StoredValues = ReadonlyMap<string, string>;

/** All stored settings, as one value of the storage. */
export interface SettingsRecord {
  /** Of two records the one with the higher number is newer. */
  readonly writes: number;
  readonly values: StoredValues;
}

/** Of the records that are written; `migrate` takes older ones to it. */
export const recordFormat = 2;

/** What stored bytes turned out to be. */
export type DecodedRecord =
  | { readonly kind: "whole"; readonly format: number; readonly record: SettingsRecord }
  | { readonly kind: "damaged" }
  /** Written by a later firmware, in a way that this one cannot read. */
  | { readonly kind: "newer"; readonly format: number; readonly writes: number };

// Every format begins with its number, the count and the checksum. As long as what follows is of the
// same form, an older firmware takes from a later one what it knows, and leaves the rest as it is.
const offset = Object.freeze({ format: 0, writes: 1, checksum: 5, body: 7 });

/** The bytes to store: the head, then `name=value` and a line feed for each value, in UTF-8. */
export function encodeSettingsRecord(
  { writes, values }: SettingsRecord,
  format: number,
): Uint8Array {
  let text = "";
  for (const [name, value] of values) text += `${name}=${value}\n`;
  const body = new TextEncoder().encode(text);
  const bytes = new Uint8Array(offset.body + body.length);
  const view = new DataView(bytes.buffer);
  bytes[offset.format] = format;
  view.setUint32(offset.writes, writes);
  bytes.set(body, offset.body);
  view.setUint16(offset.checksum, checksumAround(bytes, offset.checksum));
  return bytes;
}

/** Reads stored bytes; never throws. */
export function decodeSettingsRecord(stored: ArrayBuffer): DecodedRecord {
  const bytes = new Uint8Array(stored);
  const view = new DataView(stored);
  if (bytes.length < offset.body) return { kind: "damaged" };
  if (view.getUint16(offset.checksum) !== checksumAround(bytes, offset.checksum))
    return { kind: "damaged" };
  const format = view.getUint8(offset.format);
  const writes = view.getUint32(offset.writes);
  const values = valuesIn(decodeUtf8(bytes.subarray(offset.body)));
  if (format > recordFormat && !values) return { kind: "newer", format, writes };
  if (format === 0 || !values) return { kind: "damaged" };
  return { kind: "whole", format, record: { writes, values } };
}

function valuesIn(text: string | undefined): StoredValues | undefined {
  if (text === undefined) return undefined;
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const mark = line.indexOf("=");
    if (mark > 0) values.set(line.slice(0, mark), line.slice(mark + 1));
    else if (line !== "") return undefined;
  }
  return values;
}
