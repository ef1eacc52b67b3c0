// SPDX-License-Identifier: MIT

/**
 * What a terminal shows of the bytes it is sent: lines of any length, and the few sequences that the
 * console uses. Throws for any other control character. `widths` are the columns of the characters
 * that do not take one; a wide one is followed by an empty cell, and a mark is drawn over the cell
 * before.
 */
export class TerminalScreen {
  readonly #widths: ReadonlyMap<string, number>;
  readonly #lines: string[][] = [[]];
  /** The escape sequence that has begun. */
  #sequence = "";
  /** Column of the cursor; it is always in the last line. */
  column = 0;

  constructor(widths: ReadonlyMap<string, number> = new Map()) {
    this.#widths = widths;
  }

  /** All lines, the last one with the cursor, without spaces at their ends. */
  get lines(): string[] {
    return this.#lines.map((line) => line.join("").trimEnd());
  }

  get last(): string {
    return this.#line.join("").trimEnd();
  }

  write(text: string): void {
    for (const character of text) {
      if (this.#sequence !== "") this.#continue(character);
      else if (character === "\x1b") this.#sequence = character;
      else this.#put(character);
    }
  }

  #continue(character: string): void {
    this.#sequence += character;
    const isOpen = this.#sequence === "\x1b[" || (character >= "0" && character <= "9");
    if (isOpen) return;
    const count = Number(this.#sequence.slice(2, -1) || 1);
    if (character === "K") this.#line.length = Math.min(this.#line.length, this.column);
    else if (character === "D") this.column = Math.max(0, this.column - count);
    else throw new Error(`the terminal was sent sequence ${JSON.stringify(this.#sequence)}`);
    this.#sequence = "";
  }

  #put(character: string): void {
    if (character === "\r") this.column = 0;
    else if (character === "\n") this.#lines.push([]);
    else if (character < " " || (character >= "\x7f" && character < "\xa0")) {
      throw new Error(`the terminal was sent character ${character.codePointAt(0)}`);
    } else this.#draw(character);
  }

  #draw(character: string): void {
    const width = this.#widths.get(character) ?? 1;
    const line = this.#line;
    if (width === 0) {
      const before = line[this.column - 1] === "" ? this.column - 2 : this.column - 1;
      line[before] += character;
      return;
    }
    line[this.column++] = character;
    if (width === 2) line[this.column++] = "";
  }

  get #line(): string[] {
    return this.#lines.at(-1) ?? [];
  }
}
