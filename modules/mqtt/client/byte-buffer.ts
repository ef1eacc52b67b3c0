// SPDX-License-Identifier: MIT

/** Bytes in any of the forms ECMA-419 allows ("Byte Buffer"). */
export type Bytes = ArrayBuffer | Uint8Array | DataView;

/** The same bytes as an Uint8Array, not copied; undefined when it is no byte buffer. */
export function bytesOf(data: unknown): Uint8Array | undefined {
  if (data instanceof Uint8Array) return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (!ArrayBuffer.isView(data)) return undefined;
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
