// SPDX-License-Identifier: MIT

import type { LogLine } from "../base/log.ts";
import { markOf, partWidth } from "./line-format.ts";

/** Lines that are kept. */
const mostLines = 24;
/** A longer line is cut, so that the ring stays small. */
const longestLine = 160;

/** The last lines of the log, for whoever comes when they have scrolled away. */
export class LogRing {
  readonly #lines: string[] = [];
  #next = 0;

  /** Adds a line that was logged at `ticks` ms. It happens with every line, so it does little. */
  add({ part, level, text }: LogLine, ticks: number): void {
    const line = `${Math.round(ticks / 100)} ${part} ${markOf(level)}${text}`;
    this.#lines[this.#next] = line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
    this.#next = (this.#next + 1) % mostLines;
  }

  /** The lines, oldest first, with seconds in front; control characters are still in them. */
  get lines(): string[] {
    const lines = [...this.#lines.slice(this.#next), ...this.#lines.slice(0, this.#next)];
    return lines.map((line) => {
      const [tenths = "", part = ""] = line.split(" ", 2);
      const text = line.slice(tenths.length + part.length + 2).replaceAll("\n", " ");
      const seconds = (Number(tenths) / 10).toFixed(1);
      return `${seconds.padStart(8)} s  ${part.padEnd(partWidth)} ${text}`;
    });
  }
}
