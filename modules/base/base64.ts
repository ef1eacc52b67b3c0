// SPDX-License-Identifier: MIT

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Bytes as base64 (RFC 4648 section 4) with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let k = 0; k < 4; k++) {
      text += i + k > bytes.length ? "=" : ALPHABET[(word >> (18 - 6 * k)) & 63];
    }
  }
  return text;
}

/** The bytes of base64 text, spaces and line ends allowed; undefined when it is not base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/[ \r\n\t]/g, "");
  const count = digits.endsWith("==") ? 2 : digits.endsWith("=") ? 1 : 0;
  const length = digits.length - count;
  if (digits.length % 4 !== 0 || (length * 6) % 8 > 4) return undefined;
  const bytes = new Uint8Array(Math.floor((length * 6) / 8));
  let word = 0;
  for (let i = 0, at = 0; i < length; i++) {
    const digit = digitOf(digits.charCodeAt(i));
    if (digit < 0) return undefined;
    word = ((word << 6) | digit) & 0xffffff;
    const bits = ((i + 1) * 6) % 8;
    if (bits < 6) bytes[at++] = word >> bits;
  }
  return bytes;
}

function digitOf(code: number): number {
  if (code >= 0x41 && code <= 0x5a) return code - 0x41;
  if (code >= 0x61 && code <= 0x7a) return code - 0x61 + 26;
  if (code >= 0x30 && code <= 0x39) return code - 0x30 + 52;
  if (code === 0x2b) return 62;
  return code === 0x2f ? 63 : -1;
}
