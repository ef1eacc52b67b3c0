// SPDX-License-Identifier: MIT

import type { LongCommand } from "./running-command.ts";

/** One console command; `View` is what the commands of a board look at. */
export interface Command<View = unknown> {
  readonly name: string;
  /** One line for `help`. */
  readonly help: string;
  /**
   * What may stand behind the name, such as `[NAME]`; shown by `help NAME` and after a misuse. A list
   * where the first word says what follows: after a misuse of one, that one alone is shown.
   */
  readonly usage?: string | readonly string[];
  /** Lines for `help NAME`, below the usage. */
  readonly details?: string;
  /**
   * Returns the answer, one or more lines, or what takes time and has its answer later; an error's
   * message becomes the answer. `words` are those behind the name, `line` is the whole line as it
   * was typed.
   */
  readonly run: (words: readonly string[], view: View, line: string) => string | LongCommand;
  /** What may come next, behind these words. */
  readonly complete?: (words: readonly string[]) => readonly string[];
}
