// SPDX-License-Identifier: MIT

/** "0A ff 1" is refused, "0A FF" and "0aff" are bytes. */
export function bytesOf(hex: string): Uint8Array {
  const digits = hex.replaceAll(/\s+/g, "");
  if (!/^([0-9a-fA-F]{2})*$/.test(digits)) throw new RangeError(`not hex: ${hex}`);
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  }
  return bytes;
}

/** Bytes as "0A FF". */
export function hexOf(bytes: Uint8Array | ArrayBuffer): string {
  const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  return Array.from(view, (byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(" ");
}

/** Bytes as "0aff". */
export function digitsOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
