// SPDX-License-Identifier: MIT

import { isRepeated, parseLine, textOf } from "./screen/log-line.ts";
import { printable } from "./screen/styled-row.ts";

/** Colours of the boards' names, by turns: cyan, magenta, yellow, green, blue, red. */
const colours = Object.freeze([36, 35, 33, 32, 34, 31]);

export interface ConsoleViewOptions {
  readonly write: (text: string) => void;
  readonly json: boolean;
  readonly colour: boolean;
  /** A reading is also shown as it was published, and as the other board has received it. */
  readonly repeats: boolean;
  /** Board ids, in order; the longest sets the width of the column. */
  readonly boards: readonly string[];
}

/**
 * Shows the serial consoles of all boards in one stream, each line with its board's name: lines for
 * people, or one JSON object for all that happens; each reading once.
 */
export class ConsoleView {
  readonly #options: ConsoleViewOptions;
  readonly #names = new Map<string, string>();

  constructor(options: ConsoleViewOptions) {
    this.#options = options;
    const width = Math.max(7, ...options.boards.map((id) => id.length));
    for (const [i, id] of options.boards.entries()) {
      const name = id.padEnd(width);
      const colour = colours[i % colours.length];
      this.#names.set(id, options.colour ? `\x1b[${colour}m${name}\x1b[0m` : name);
    }
  }

  /** A line that a board has written, as JSON. */
  line(board: string, text: string): void {
    const line = parseLine(text);
    const { json, repeats, boards, write } = this.#options;
    if (!repeats && isRepeated(line, boards)) return;
    if (json) this.object({ board, ...line });
    else write(`${this.#names.get(board) ?? board} | ${textOf(line)}\n`);
  }

  /** Something that a board cannot tell itself. */
  notice(board: string, event: string, text: string): void {
    if (this.#options.json) this.object({ board, event, text });
    else
      this.#options.write(
        `${this.#names.get(board) ?? board} * ${text.split("\n").map(printable).join("\n")}\n`,
      );
  }

  /** Something about the whole simulation. */
  say(event: string, text: string, data?: Readonly<Record<string, unknown>>): void {
    if (this.#options.json) this.object({ event, text, ...data });
    else this.#options.write(`${text}\n`);
  }

  private object(value: Record<string, unknown>): void {
    this.#options.write(`${JSON.stringify({ time: new Date().toISOString(), ...value })}\n`);
  }
}
