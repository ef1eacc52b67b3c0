// SPDX-License-Identifier: MIT

import { encodeRow, type Row, rowColumns } from "./styled-row.ts";

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** What the whole terminal is to show. */
export interface Frame {
  readonly rows: readonly Row[];
  /** Rows that go on with the text of the row above: a terminal copies them as one line. */
  readonly continued: readonly number[];
  /** Where somebody types; undefined: nowhere. Counted from 0. */
  readonly cursor: { readonly row: number; readonly column: number } | undefined;
}

// Of xterm: the other buffer, so that what was there comes back; no cursor; changes shown at once.
const enter = "\x1b[?1049h\x1b[?25l\x1b[2J";
const leave = "\x1b[?25h\x1b[?1049l";
const [begin, end] = ["\x1b[?2026h", "\x1b[?2026l"];

/** Writes to a terminal only the rows that have changed. */
export class FramePainter {
  readonly #write: (text: string) => void;
  #shown: readonly string[] = [];
  #size: ScreenSize = { columns: 0, rows: 0 };
  #cursor = "";
  #isOpen = false;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Draws a frame; its rows fit the size. A terminal of another size is drawn from the beginning. */
  paint(frame: Frame, size: ScreenSize): void {
    let text = "";
    const { columns, rows } = this.#size;
    if (!this.#isOpen) text += enter;
    else if (columns !== size.columns || rows !== size.rows) text += "\x1b[2J";
    if (text !== "") this.#shown = [];
    this.#isOpen = true;
    this.#size = size;
    const encoded = frame.rows.map(encodeRow);
    for (let row = 0; row < Math.max(encoded.length, this.#shown.length); row++) {
      if ((encoded[row] ?? "") !== (this.#shown[row] ?? ""))
        text += this.rowText(frame, row, encoded);
    }
    this.#shown = encoded;
    const { cursor } = frame;
    const place = cursor ? `\x1b[${cursor.row + 1};${cursor.column + 1}H\x1b[?25h` : "\x1b[?25l";
    if (text === "" && place === this.#cursor) return;
    this.#cursor = place;
    this.#write(`${begin}${text}${place}${end}`);
  }

  /** The next frame is drawn from the beginning: something else has written here. */
  forget(): void {
    this.#size = { columns: 0, rows: 0 };
  }

  /** The terminal is again as it was. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#shown = [];
    this.#write(leave);
  }

  private rowText(frame: Frame, row: number, encoded: readonly string[]): string {
    // Written right behind a full row, it is a part of it for the terminal.
    const before = frame.continued.includes(row) ? encoded[row - 1] : undefined;
    if (before !== undefined) return `\x1b[${row};1H${before}${this.tail(frame, row, encoded)}`;
    return `\x1b[${row + 1};1H${this.tail(frame, row, encoded)}`;
  }

  private tail(frame: Frame, row: number, encoded: readonly string[]): string {
    // Behind a full row the cursor stands on its last character, which is not to be erased.
    const isFull = rowColumns(frame.rows[row] ?? []) >= this.#size.columns;
    return isFull ? (encoded[row] ?? "") : `${encoded[row] ?? ""}\x1b[K`;
  }
}
