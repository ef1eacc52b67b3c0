// SPDX-License-Identifier: MIT

/** Lines that are kept. */
const mostLines = 24;
/** A longer line is cut, so that the ring stays small. */
const longestLine = 160;

/** The last lines of the log, for whoever comes when they have scrolled away. */
export class LogRing {
  readonly #lines: string[] = [];
  #next = 0;

  add(line: string): void {
    this.#lines[this.#next] = line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
    this.#next = (this.#next + 1) % mostLines;
  }

  /** The lines, oldest first. */
  get lines(): string[] {
    return [...this.#lines.slice(this.#next), ...this.#lines.slice(0, this.#next)];
  }
}
