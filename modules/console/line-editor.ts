// SPDX-License-Identifier: MIT

import { widthOf } from "../base/text-width.ts";
import { utf8LengthOf } from "../base/utf8.ts";
import { History } from "./history.ts";
import { keys } from "./key-reader.ts";

/** Longest line, bytes of UTF-8; what is typed beyond it is left out, and the line told as too long. */
export const maxLineBytes = 256;

/** Index before the last character of `text`, with the marks that are drawn over it. */
function beforeLast(text: string): number {
  let at = text.length;
  while (at > 0) {
    const code = text.charCodeAt(--at);
    if (at > 0 && code >= 0xdc00 && code <= 0xdfff) at--;
    if (!isMarkAt(text, at)) break;
  }
  return at;
}

/** Index behind the first character of `text`, with the marks that are drawn over it. */
function afterFirst(text: string): number {
  let at = 0;
  while (at < text.length) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    if (!isMarkAt(text, at)) break;
  }
  return at;
}

function isMarkAt(text: string, at: number): boolean {
  const code = text.codePointAt(at);
  return code !== undefined && widthOf(code) === 0;
}

/** One line of text with a cursor, and the lines before it. Draws nothing. */
export class LineEditor {
  readonly #history = new History();
  #before = "";
  #after = "";
  #isTooLong = false;

  /** Something was typed for which there was no room. */
  get isTooLong(): boolean {
    return this.#isTooLong;
  }

  /** What stands before the cursor. */
  get before(): string {
    return this.#before;
  }

  get text(): string {
    return this.#before + this.#after;
  }

  /** Whether so many characters or more are there, and the cursor stands behind them. */
  endsAt(length: number): boolean {
    return this.#after === "" && this.#before.length >= length;
  }

  /** Ends the line: returns it, and begins an empty one. */
  take(): string {
    const { text } = this;
    this.set("");
    this.#history.leave();
    return text;
  }

  /** Keeps a line for the up key. */
  remember(line: string): void {
    this.#history.add(line);
  }

  /** Writes `text` at the cursor, as much as there is room for. */
  insert(text: string): void {
    // Three bytes at most for each unit: there is room for all of it, whatever it is.
    if (3 * (this.#before.length + this.#after.length + text.length) <= maxLineBytes) {
      this.#before += text;
      return;
    }
    let room = maxLineBytes - utf8LengthOf(this.text);
    for (const character of text) {
      room -= utf8LengthOf(character);
      if (room < 0) {
        this.#isTooLong = true;
        return;
      }
      this.#before += character;
    }
  }

  /** Acts on one key; enter, interrupt and tab are the caller's affair. */
  press(key: number): void {
    if (key >= 0x20) {
      this.insert(String.fromCodePoint(key));
      return;
    }
    switch (key) {
      case keys.backspace:
        this.#before = this.#before.slice(0, beforeLast(this.#before));
        break;
      case keys.delete:
      case keys.endOfInput:
        this.#after = this.#after.slice(afterFirst(this.#after));
        break;
      case keys.eraseLine:
        this.#before = "";
        if (this.#after === "") this.#isTooLong = false;
        break;
      case keys.eraseWord:
        this.#before = this.#before.slice(0, this.#before.trimEnd().lastIndexOf(" ") + 1);
        break;
      default:
        this.move(key);
    }
  }

  private move(key: number): void {
    switch (key) {
      case keys.left:
        this.split(beforeLast(this.#before));
        break;
      case keys.right:
        this.split(this.#before.length + afterFirst(this.#after));
        break;
      case keys.home:
        this.split(0);
        break;
      case keys.toEnd:
        this.split(this.text.length);
        break;
      case keys.up:
        this.set(this.#history.older(this.text));
        break;
      case keys.down:
        this.set(this.#history.newer());
        break;
    }
  }

  private split(at: number): void {
    const { text } = this;
    this.#before = text.slice(0, at);
    this.#after = text.slice(at);
  }

  private set(text: string | undefined): void {
    if (text === undefined) return;
    this.#isTooLong = false;
    this.#before = text;
    this.#after = "";
  }
}
