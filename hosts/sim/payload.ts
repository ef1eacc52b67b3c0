// SPDX-License-Identifier: MIT

/** `head` as JSON, a zero byte, and `rest`. */
export function joinPayload(head: unknown, rest?: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(text.length + 1 + (rest?.length ?? 0));
  bytes.set(text);
  if (rest) bytes.set(rest, text.length + 1);
  return bytes;
}

/** The two parts of `joinPayload`. */
export function splitPayload(payload: Uint8Array): { head: unknown; rest: Uint8Array } {
  const end = payload.indexOf(0);
  const head = JSON.parse(new TextDecoder().decode(payload.subarray(0, end)));
  return { head, rest: payload.subarray(end + 1) };
}

/** A number as four bytes, most significant first. */
export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
