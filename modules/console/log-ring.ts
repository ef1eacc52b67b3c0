// SPDX-License-Identifier: MIT

import type { LogLine } from "../base/log.ts";
import { markOf, partWidth } from "./line-format.ts";

/** Lines that are kept. */
const maxLines = 24;
/** A longer line is cut, so that the ring stays small. */
const maxLineLength = 160;

/** The last lines of the log, for whoever comes when they have scrolled away. */
export class LogRing {
  readonly #lines: string[] = [];
  #next = 0;

  /**
   * Adds a line that was logged at `ticks` ms and returns it as it is kept, for `shownLine`. It
   * happens with every line, so it does little.
   */
  add({ part, level, text }: LogLine, ticks: number): string {
    const whole = `${Math.round(ticks / 100)} ${part} ${markOf(level)}${text}`;
    const line = whole.length > maxLineLength ? `${whole.slice(0, maxLineLength)}…` : whole;
    this.#lines[this.#next] = line;
    this.#next = (this.#next + 1) % maxLines;
    return line;
  }

  /** The lines, oldest first, with seconds in front; control characters are still in them. */
  get lines(): string[] {
    return [...this.#lines.slice(this.#next), ...this.#lines.slice(0, this.#next)].map(shownLine);
  }
}

/** A line as it is shown; whatever text there is gives one. */
export function shownLine(line: string): string {
  const [tenths = "", part = ""] = line.split(" ", 2);
  const text = line.slice(tenths.length + part.length + 2).replaceAll("\n", " ");
  const seconds = (Number(tenths) / 10).toFixed(1);
  return `${seconds.padStart(8)} s  ${part.padEnd(partWidth)} ${text}`;
}
