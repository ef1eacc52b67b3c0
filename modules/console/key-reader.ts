// SPDX-License-Identifier: MIT

import { nextUtf8State, UTF8_BOUNDARY, UTF8_ILL_FORMED } from "../base/utf8.ts";

/** Keys that write nothing, by the control characters of a shell; a character is its code point. */
export const keys = Object.freeze({
  /** More bytes are to come, or there is nothing to do. */
  none: 0,
  home: 1,
  left: 2,
  interrupt: 3,
  /** Ctrl-D: the end of the input on an empty line, else as Delete. */
  endOfInput: 4,
  toEnd: 5,
  right: 6,
  backspace: 8,
  tab: 9,
  enter: 13,
  down: 14,
  up: 16,
  eraseLine: 21,
  eraseWord: 23,
  /** The Delete key, for which there is no control character. */
  delete: -1,
});

const known: readonly number[] = Object.freeze(Object.values(keys));

const cr = 0x0d;
const lf = 0x0a;
const esc = 0x1b;

/** The key of an escape sequence that ends with `byte` and has no number of its own. */
function keyOfFinal(byte: number): number {
  switch (byte) {
    case 0x41:
      return keys.up;
    case 0x42:
      return keys.down;
    case 0x43:
      return keys.right;
    case 0x44:
      return keys.left;
    case 0x46:
      return keys.toEnd;
    case 0x48:
      return keys.home;
    default:
      return keys.none;
  }
}

/** The key of a sequence that ends with a tilde; `digit` begins its number. */
function keyOfNumber(digit: number): number {
  switch (digit) {
    case 0x31:
    case 0x37:
      return keys.home;
    case 0x33:
      return keys.delete;
    case 0x34:
    case 0x38:
      return keys.toEnd;
    default:
      return keys.none;
  }
}

/**
 * Finds keys in what a terminal sends: characters in UTF-8, control characters and the escape
 * sequences of VT100 and xterm. What is none of these is left out; keeps a few bytes of state.
 */
export class KeyReader {
  #utf8 = UTF8_BOUNDARY;
  #code = 0;
  /** 0: outside; esc: its first byte; 0x5b, 0x4f: inside a sequence of that kind. */
  #sequence = 0;
  /** First digit of the sequence. */
  #digit = 0;
  #last = 0;
  #hasLost = false;

  /** Whether bytes that are not UTF-8 have been left out since the last call. */
  takeLoss(): boolean {
    const hasLost = this.#hasLost;
    this.#hasLost = false;
    return hasLost;
  }

  /** The key that ends with this byte, or `keys.none`. */
  next(byte: number): number {
    const last = this.#last;
    this.#last = byte;
    // What is typed most.
    if (byte >= 0x20 && byte < 0x7f && this.#sequence === 0) {
      if (this.#utf8 !== UTF8_BOUNDARY) this.lose();
      return byte;
    }
    if (this.#sequence !== 0) return this.inSequence(byte);
    if (byte >= 0x80) return this.inCharacter(byte);
    if (this.#utf8 !== UTF8_BOUNDARY) this.lose();
    if (byte === esc) {
      this.#sequence = esc;
      this.#digit = 0;
      return keys.none;
    }
    // CR, LF and CR LF each end one line.
    if (byte === lf) return last === cr ? keys.none : keys.enter;
    if (byte === 0x7f) return keys.backspace;
    return known.includes(byte) ? byte : keys.none;
  }

  private inCharacter(byte: number): number {
    let state = nextUtf8State(this.#utf8, byte);
    // What was begun is given up; this byte may begin the next character.
    const isFirst = this.#utf8 === UTF8_BOUNDARY || state === UTF8_ILL_FORMED;
    if (state === UTF8_ILL_FORMED) {
      this.lose();
      state = nextUtf8State(UTF8_BOUNDARY, byte);
    }
    if (state === UTF8_ILL_FORMED) return keys.none;
    // A lead byte has as many ones in front as the character has bytes.
    if (isFirst) this.#code = byte & (byte < 0xe0 ? 0x1f : byte < 0xf0 ? 0x0f : 0x07);
    else this.#code = (this.#code << 6) | (byte & 0x3f);
    this.#utf8 = state;
    const isWhole = state === UTF8_BOUNDARY;
    // C1 control characters move the cursor of some terminals.
    return isWhole && this.#code >= 0xa0 ? this.#code : keys.none;
  }

  /** What was begun is no character. */
  private lose(): void {
    this.#utf8 = UTF8_BOUNDARY;
    this.#hasLost = true;
  }

  private inSequence(byte: number): number {
    const kind = this.#sequence;
    if (kind === esc && (byte === 0x5b || byte === 0x4f)) {
      this.#sequence = byte;
      return keys.none;
    }
    // Parameters: digits, semicolons and their like.
    if (kind === 0x5b && byte >= 0x20 && byte < 0x40) {
      if (this.#digit === 0) this.#digit = byte;
      return keys.none;
    }
    this.#sequence = 0;
    // A control character ends what was no sequence, and acts.
    if (byte < 0x20 || byte >= 0x7f) {
      this.#last = 0;
      return this.next(byte);
    }
    if (kind === esc) return keys.none;
    return byte === 0x7e ? keyOfNumber(this.#digit) : keyOfFinal(byte);
  }
}
