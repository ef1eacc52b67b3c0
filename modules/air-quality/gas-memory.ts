// SPDX-License-Identifier: MIT

import { crc16 } from "../base/crc16.ts";

/** What is worth knowing about a gas sensor that keeps its supply while the board starts again. */
export interface GasMemory {
  /** ms for which it has measured since its last start or rest; 0: it rests. */
  readonly measuredFor: number;
  /** The drive mode, 0–4, that measures most often of those since its last whole rest. */
  readonly fastest: number;
  /** ms for which it has rested before a slower mode; 0: it does not. */
  readonly restedFor: number;
  /** Its clean-air baseline has been put back, or is its own. */
  readonly hasBaseline: boolean;
}

/** Bytes of a record. */
export const gasMemoryLength = 12;

const format = 1;
const offset = Object.freeze({
  format: 0,
  fastest: 1,
  hasBaseline: 2,
  measured: 4,
  rested: 8,
  checksum: 10,
});
const fastestMode = 4;
const most = Object.freeze({ measured: 0xffff_ffff, rested: 0xffff });

function seconds(ms: number, longest: number): number {
  return Math.min(longest, Math.floor(ms / 1_000));
}

/** The bytes to keep; times are kept in whole seconds. */
export function encodeGasMemory(memory: GasMemory): Uint8Array {
  const bytes = new Uint8Array(gasMemoryLength);
  const view = new DataView(bytes.buffer);
  bytes[offset.format] = format;
  bytes[offset.fastest] = memory.fastest;
  bytes[offset.hasBaseline] = memory.hasBaseline ? 1 : 0;
  view.setUint32(offset.measured, seconds(memory.measuredFor, most.measured));
  view.setUint16(offset.rested, seconds(memory.restedFor, most.rested));
  view.setUint16(offset.checksum, crc16(bytes, 0, offset.checksum));
  return bytes;
}

/** What was kept; undefined when the bytes are no record, as after a power cut. */
export function decodeGasMemory(kept: ArrayBuffer): GasMemory | undefined {
  const bytes = new Uint8Array(kept);
  const { [offset.fastest]: fastest = 0, [offset.hasBaseline]: hasBaseline = 0 } = bytes;
  if (bytes.length !== gasMemoryLength || bytes[offset.format] !== format) return undefined;
  if (fastest > fastestMode || hasBaseline > 1) return undefined;
  const view = new DataView(kept);
  if (view.getUint16(offset.checksum) !== crc16(bytes, 0, offset.checksum)) return undefined;
  return {
    measuredFor: 1_000 * view.getUint32(offset.measured),
    fastest,
    restedFor: 1_000 * view.getUint16(offset.rested),
    hasBaseline: hasBaseline === 1,
  };
}
