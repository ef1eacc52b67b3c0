// SPDX-License-Identifier: MIT

/** Colours of the boards' names, by turns: cyan, magenta, yellow, green, blue, red. */
const colours = Object.freeze([36, 35, 33, 32, 34, 31]);

export interface ConsoleViewOptions {
  readonly write: (text: string) => void;
  readonly json: boolean;
  readonly colour: boolean;
  /** Board ids, in order; the longest sets the width of the column. */
  readonly boards: readonly string[];
}

/** Shows the serial consoles of all boards in one stream, each line with its board's name. */
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

  /** A line that a board has written. */
  line(board: string, text: string): void {
    if (this.#options.json) this.object({ board, ...parse(text) });
    else this.#options.write(`${this.#names.get(board) ?? board} | ${text}\n`);
  }

  /** Something that a board cannot tell itself. */
  notice(board: string, event: string, text: string): void {
    if (this.#options.json) this.object({ board, event, text });
    else this.#options.write(`${this.#names.get(board) ?? board} * ${text}\n`);
  }

  /** Something about the whole simulation. */
  say(event: string, text: string): void {
    if (this.#options.json) this.object({ event, text });
    else this.#options.write(`${text}\n`);
  }

  private object(value: Record<string, unknown>): void {
    this.#options.write(`${JSON.stringify({ time: new Date().toISOString(), ...value })}\n`);
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { event: "print", text };
  }
}
