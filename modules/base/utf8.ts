// SPDX-License-Identifier: MIT

// XS keeps strings as UTF-8 and walks from the start to find a character, so a loop over a long
// text by index is quadratic. Longer texts are taken in pieces of this many characters.
const PIECE = 256;
// Up to so many characters a loop in bytecode costs less than a view of the buffer and a call.
const SHORT = 16;

/** State of `nextUtf8State` at a character boundary: the text may start or end here. */
export const UTF8_BOUNDARY = 0;
/** State of `nextUtf8State` after a byte that well-formed UTF-8 can not have there. */
export const UTF8_ILL_FORMED = -1;

/**
 * Checks UTF-8 (RFC 3629) byte by byte, across pieces of any size: start with UTF8_BOUNDARY, give
 * the returned state with the next byte. Overlong forms, surrogates and code points above U+10FFFF
 * are refused at the first byte that shows it.
 */
export function nextUtf8State(state: number, byte: number): number {
  if (state === UTF8_BOUNDARY) return byte < 0x80 ? UTF8_BOUNDARY : stateAfterLead(byte);
  if (byte < 0x80 || byte > 0xbf) return UTF8_ILL_FORMED;
  switch (state) {
    case 1: // the last continuation byte
    case 2:
    case 3:
      return state - 1;
    case 4: // after E0: below A0 is overlong
      return byte >= 0xa0 ? 1 : UTF8_ILL_FORMED;
    case 5: // after ED: from A0 on are surrogates
      return byte < 0xa0 ? 1 : UTF8_ILL_FORMED;
    case 6: // after F0: below 90 is overlong
      return byte >= 0x90 ? 2 : UTF8_ILL_FORMED;
    case 7: // after F4: from 90 on is above U+10FFFF
      return byte < 0x90 ? 2 : UTF8_ILL_FORMED;
    default:
      return UTF8_ILL_FORMED;
  }
}

function stateAfterLead(byte: number): number {
  if (byte < 0xc2 || byte > 0xf4) return UTF8_ILL_FORMED;
  if (byte < 0xe0) return 1;
  if (byte < 0xf0) return byte === 0xe0 ? 4 : byte === 0xed ? 5 : 2;
  return byte === 0xf0 ? 6 : byte === 0xf4 ? 7 : 3;
}

/** Whether all bytes are well-formed UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  const end = bytes.length;
  let state = UTF8_BOUNDARY;
  for (let i = 0; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte < 0x80 && state === UTF8_BOUNDARY) continue;
    state = nextUtf8State(state, byte);
    if (state === UTF8_ILL_FORMED) return false;
  }
  return state === UTF8_BOUNDARY;
}

/** The text of the bytes, with a leading U+FEFF kept; undefined when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/**
 * True when the text has nothing but printable ASCII, which is what most texts are: no loop in
 * bytecode has to look at them.
 */
export function isPlain(text: string): boolean {
  return !/[^ -~]/.test(text);
}

/** Length of the text in UTF-8, in bytes; -1 when it has a lone surrogate. */
export function utf8LengthOf(text: string): number {
  const length = text.length;
  if (isPlain(text)) return length;
  if (length <= PIECE) return pieceLength(text, length);
  let total = 0;
  for (let start = 0; start < length; ) {
    const end = pieceEnd(text, start, length);
    const bytes = pieceLength(text.slice(start, end), end - start);
    if (bytes < 0) return -1;
    total += bytes;
    start = end;
  }
  return total;
}

/**
 * Writes the text as UTF-8 and returns the position behind it. There must be room for
 * `utf8LengthOf(text)` bytes, and no lone surrogate.
 */
export function writeUtf8(text: string, buffer: Uint8Array, position: number): number {
  const length = text.length;
  if (length > SHORT) {
    return position + new TextEncoder().encodeInto(text, buffer.subarray(position)).written;
  }
  let at = position;
  for (let i = 0; i < length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      buffer[at++] = code;
      continue;
    }
    if (isHighSurrogate(code))
      code = 0x10000 + ((code & 0x3ff) << 10) + (text.charCodeAt(++i) & 0x3ff);
    at = writeCodePoint(code, buffer, at);
  }
  return at;
}

function writeCodePoint(code: number, buffer: Uint8Array, position: number): number {
  let at = position;
  if (code < 0x800) buffer[at++] = 0xc0 | (code >> 6);
  else {
    if (code < 0x10000) buffer[at++] = 0xe0 | (code >> 12);
    else {
      buffer[at++] = 0xf0 | (code >> 18);
      buffer[at++] = 0x80 | ((code >> 12) & 0x3f);
    }
    buffer[at++] = 0x80 | ((code >> 6) & 0x3f);
  }
  buffer[at++] = 0x80 | (code & 0x3f);
  return at;
}

function pieceLength(text: string, length: number): number {
  let bytes = length;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    if (code < 0x800) bytes += 1;
    else if (code < 0xd800 || code > 0xdfff) bytes += 2;
    else {
      // A pair is two characters and four bytes.
      if (code > 0xdbff || i + 1 >= length || !isLowSurrogate(text.charCodeAt(++i))) return -1;
      bytes += 2;
    }
  }
  return bytes;
}

// A piece must not end between the halves of a pair.
function pieceEnd(text: string, start: number, length: number): number {
  const end = start + PIECE;
  if (end >= length) return length;
  return isHighSurrogate(text.charCodeAt(end - 1)) ? end + 1 : end;
}

/** The first half of a pair in UTF-16. */
export function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
