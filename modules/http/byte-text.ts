// SPDX-License-Identifier: MIT

/** Characters that one call makes of bytes: each takes a slot of the stack. */
const atATime = 64;

/** Bytes as the characters of the same numbers. */
export function byteText(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += atATime) {
    const piece = bytes.subarray(at, at + atATime);
    text += String.fromCharCode.apply(null, piece as unknown as number[]);
  }
  return text;
}
