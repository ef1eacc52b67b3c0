// SPDX-License-Identifier: MIT

/** One console command. */
export interface Command {
  readonly name: string;
  /** One line for `help`. */
  readonly help: string;
  /** Returns the answer, one or more lines; an error's message becomes the answer. */
  readonly run: (words: readonly string[]) => string;
}
