// SPDX-License-Identifier: MIT

export interface BoardTerminalOptions {
  readonly write: (data: string | Uint8Array) => void;
  /** "keys": a person types here, key by key; the others give whole lines. */
  readonly mode: "keys" | "lines" | "json";
}

/** Shows one board's serial console, and between its lines what the board cannot tell itself. */
export class BoardTerminal {
  readonly #options: BoardTerminalOptions;

  constructor(options: BoardTerminalOptions) {
    this.#options = options;
  }

  /** What the board has written, as it is; only with "keys". */
  bytes(bytes: Uint8Array): void {
    this.#options.write(bytes);
  }

  /** A line that the board has written; not with "keys". */
  line(_board: string, text: string): void {
    this.#options.write(`${text}\n`);
  }

  /** Something that the board cannot tell itself. */
  notice(_board: string, event: string, text: string): void {
    this.say(event, text);
  }

  /** Something about the whole simulation. */
  say(event: string, text: string): void {
    const { write, mode } = this.#options;
    // The board draws the line being typed again with the next key, or after its next line.
    if (mode === "keys") write(`\r\x1b[K* ${text}\r\n`);
    else if (mode === "json") write(`${JSON.stringify({ event, text })}\n`);
    else write(`* ${text}\n`);
  }
}
