// SPDX-License-Identifier: MIT

/** Lines that are remembered. */
const maxLines = 16;

/** The last command lines, for the up and down keys. */
export class History {
  readonly #lines: string[] = [];
  /** Which line is shown; as many as there are: the one being typed. */
  #at = 0;
  #draft = "";

  /** Remembers a line, and begins below it again. */
  add(line: string): void {
    if (line !== "" && line !== this.#lines.at(-1)) this.#lines.push(line);
    if (this.#lines.length > maxLines) this.#lines.shift();
    this.leave();
  }

  /** Begins below the last line again. */
  leave(): void {
    this.#at = this.#lines.length;
    this.#draft = "";
  }

  /** The line before; undefined when there is none. `current` is kept when it is the new line. */
  older(current: string): string | undefined {
    if (this.#at === 0) return undefined;
    if (this.#at === this.#lines.length) this.#draft = current;
    return this.#lines[--this.#at];
  }

  /** The line after, at last the one that was being typed; undefined when there is none. */
  newer(): string | undefined {
    if (this.#at === this.#lines.length) return undefined;
    this.#at++;
    return this.#at === this.#lines.length ? this.#draft : this.#lines[this.#at];
  }
}
