// SPDX-License-Identifier: MIT

import { decodeUtf8 } from "../base/utf8.ts";
import { byteText } from "./byte-text.ts";

/** Fields of one form. */
const maxFields = 16;

/**
 * The fields of a form as a browser sends them (application/x-www-form-urlencoded); the first of those with
 * the same name counts. Undefined when it is none: a wrong % sequence, no UTF-8, too many fields.
 */
export function parseForm(bytes: Uint8Array): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  if (bytes.length === 0) return fields;
  const pairs = byteText(bytes).split("&", maxFields + 1);
  if (pairs.length > maxFields) return undefined;
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const name = decoded(at < 0 ? pair : pair.slice(0, at));
    const value = decoded(at < 0 ? "" : pair.slice(at + 1));
    if (name === undefined || value === undefined) return undefined;
    if (!fields.has(name)) fields.set(name, value);
  }
  return fields;
}

/** A text whose characters are bytes. */
function decoded(text: string): string | undefined {
  const bytes = new Uint8Array(text.length);
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code === 0x2b) code = 0x20;
    else if (code === 0x25) {
      const digits = text.slice(i + 1, i + 3);
      if (!/^[0-9a-f]{2}$/i.test(digits)) return undefined;
      code = Number.parseInt(digits, 16);
      i += 2;
    }
    bytes[count++] = code;
  }
  return decodeUtf8(bytes.subarray(0, count));
}
