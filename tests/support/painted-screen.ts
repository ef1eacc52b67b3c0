// SPDX-License-Identifier: MIT

/**
 * A terminal of a fixed size that programs paint: the sequences of xterm that the screen of `npm start`
 * uses. Throws for any other, and for a line feed: nothing may scroll. Each character takes one column.
 */
export class PaintedScreen {
  readonly columns: number;
  readonly rows: number;
  #cells: string[][] = [];
  /** Rows that a full row above went on into: one line for whoever copies it. */
  readonly #wrapped = new Set<number>();
  #row = 0;
  #column = 0;
  #rest = "";
  /** What was written outside of the painted buffer. */
  outside = "";
  isPainted = false;
  hasCursor = true;
  /** Bytes that were sent. */
  bytes = 0;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#clear();
  }

  /** What is seen, without spaces at the ends of rows. */
  get lines(): string[] {
    return this.#cells.map((row) => row.join("").trimEnd());
  }

  /** The same with rows joined that are one line for the terminal. */
  get copied(): string {
    return this.#cells
      .map((row, index) => (this.#wrapped.has(index) ? "" : "\n") + row.join("").trimEnd())
      .join("");
  }

  get cursor(): { row: number; column: number } {
    return { row: this.#row, column: this.#column };
  }

  write(text: string): void {
    this.bytes += Buffer.byteLength(text);
    let rest = this.#rest + text;
    this.#rest = "";
    while (rest !== "") {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: sequences begin with Esc
      const [sequence, parameters = "", final = ""] = /^\x1b\[([?\d;]*)([@-~])/.exec(rest) ?? [];
      if (sequence !== undefined) {
        this.#act(final, parameters);
        rest = rest.slice(sequence.length);
      } else if (rest.startsWith("\x1b")) {
        this.#rest = rest;
        return;
      } else {
        const [character = ""] = rest;
        if (this.isPainted) this.#put(character);
        else this.outside += character;
        rest = rest.slice(character.length);
      }
    }
  }

  #act(final: string, parameters: string): void {
    const [first = 1, second = 1] = parameters.split(";").map((word) => Number(word) || 1);
    if (final === "m" || /^\?2026/.test(parameters)) return;
    if (parameters === "?1049") this.isPainted = final === "h";
    else if (parameters === "?25") this.hasCursor = final === "h";
    else if (final === "H") {
      this.#row = first - 1;
      this.#column = second - 1;
      if (this.#row >= this.rows || this.#column >= this.columns) throw new Error("outside");
    } else if (final === "K") this.#cells[this.#row]?.fill(" ", this.#column);
    else if (final === "J" && parameters === "2") this.#clear();
    else throw new Error(`the terminal was sent sequence ${parameters}${final}`);
  }

  #put(character: string): void {
    if (character < " ") throw new Error(`character ${character.codePointAt(0)} was sent`);
    if (this.#column === this.columns) {
      this.#row++;
      this.#column = 0;
      this.#wrapped.add(this.#row);
      if (this.#row >= this.rows) throw new Error("the last row runs over");
    } else if (this.#column === 0) this.#wrapped.delete(this.#row);
    const row = this.#cells[this.#row];
    if (row) row[this.#column++] = character;
  }

  #clear(): void {
    this.#cells = Array.from({ length: this.rows }, () => Array(this.columns).fill(" "));
    this.#wrapped.clear();
  }
}
