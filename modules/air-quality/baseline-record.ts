// SPDX-License-Identifier: MIT

import { crc16 } from "../base/crc16.ts";

/** One stored baseline, or the note that there is to be none. */
export interface BaselineRecord {
  /** Two opaque bytes as the sensor gave them; undefined: forgotten on purpose. */
  readonly baseline: Uint8Array | undefined;
  /** Counts the writes of this key; of two records the one with the higher number is newer. */
  readonly writes: number;
  /** For how long the sensor has measured altogether, minutes, as far as it was noted. */
  readonly minutes: number;
  /** Wall clock, ms since 1970 UTC, to the second; undefined when it was not known. */
  readonly time: number | undefined;
}

/** Whether two bytes can be a baseline: a bus without a sensor reads all ones, or all zeros. */
export function isBaseline(bytes: Uint8Array): boolean {
  const [high = 0, low = 0] = bytes;
  return high !== low || (high !== 0x00 && high !== 0xff);
}

const format = 1;
const length = 19;
const offset = Object.freeze({
  format: 0,
  hasBaseline: 1,
  baseline: 2,
  writes: 4,
  minutes: 8,
  seconds: 12,
  padding: 16,
  checksum: 17,
});

/** The bytes to store. */
export function encodeBaselineRecord(record: BaselineRecord): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes[offset.format] = format;
  if (record.baseline) {
    bytes[offset.hasBaseline] = 1;
    bytes.set(record.baseline, offset.baseline);
  }
  view.setUint32(offset.writes, record.writes);
  view.setUint32(offset.minutes, record.minutes);
  view.setUint32(offset.seconds, Math.round((record.time ?? 0) / 1_000));
  view.setUint16(offset.checksum, crc16(bytes, 0, offset.checksum));
  return bytes;
}

/** The record in stored bytes; undefined when they are not one, or not whole. */
export function decodeBaselineRecord(stored: ArrayBuffer): BaselineRecord | undefined {
  const bytes = new Uint8Array(stored);
  if (bytes.length !== length || bytes[offset.format] !== format) return undefined;
  const view = new DataView(stored);
  if (view.getUint16(offset.checksum) !== crc16(bytes, 0, offset.checksum)) return undefined;
  const seconds = view.getUint32(offset.seconds);
  const baseline = bytes.slice(offset.baseline, offset.baseline + 2);
  return {
    baseline: bytes[offset.hasBaseline] === 1 && isBaseline(baseline) ? baseline : undefined,
    writes: view.getUint32(offset.writes),
    minutes: view.getUint32(offset.minutes),
    time: seconds === 0 ? undefined : seconds * 1_000,
  };
}
