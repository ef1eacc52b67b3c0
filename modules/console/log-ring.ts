// SPDX-License-Identifier: MIT

import type { LogLine } from "../base/log.ts";
import { markOf, partWidth } from "./line-format.ts";
import type { RetainedLog } from "./retained-log.ts";

/** Lines that are kept. */
const maxLines = 24;
/** A longer line is cut, so that the ring stays small. */
const maxLineLength = 160;
/** A line that is the same as one of so many before it is counted with that one. */
const foldedLines = 4;

/** Keeps lines over a crash. */
export type LogKeeper = Pick<RetainedLog, "add" | "replace" | "before">;

/**
 * The last lines of the log, for whoever comes when they have scrolled away. Repetitions are counted,
 * also of some lines that take turns: one line a second must not push out what has led to it.
 *
 * A line is kept as its time in tenths of a second, its part and its text; with repetitions the time is
 * followed by their number and the time of the last: `20+57+590 wifi no answer`.
 */
export class LogRing {
  /** Has the same lines. */
  readonly #retained: LogKeeper | undefined;
  readonly #lines: string[] = [];
  #next = 0;

  constructor(retained?: LogKeeper) {
    this.#retained = retained;
  }

  /** Adds a line that was logged at `ticks` ms. It happens with every line, so it does little. */
  add({ part, level, text }: LogLine, ticks: number): void {
    const tenths = Math.round(ticks / 100);
    const whole = `${part} ${markOf(level)}${text}`;
    const shown = whole.length > maxLineLength ? `${whole.slice(0, maxLineLength)}…` : whole;
    for (let back = 1; back <= foldedLines; back++) {
      const at = (this.#next + maxLines - back) % maxLines;
      const line = this.#lines[at];
      if (!line?.endsWith(shown)) continue;
      const head = line.length - shown.length - 1;
      if (line.indexOf(" ") !== head) continue;
      const [first = "", count = "0"] = line.slice(0, head).split("+", 2);
      const folded = `${first}+${Number(count) + 1}+${tenths} ${shown}`;
      this.#lines[at] = folded;
      this.#retained?.replace(back, folded);
      return;
    }
    const line = `${tenths} ${shown}`;
    this.#lines[this.#next] = line;
    this.#next = (this.#next + 1) % maxLines;
    this.#retained?.add(line);
  }

  /** The lines, oldest first, with seconds in front; control characters are still in them. */
  get lines(): string[] {
    return [...this.#lines.slice(this.#next), ...this.#lines.slice(0, this.#next)].map(shownLine);
  }

  /** The same of the run before; undefined: none are kept. */
  get before(): string[] | undefined {
    return this.#retained?.before.map(shownLine);
  }
}

/** A line as it is shown; whatever text there is gives one. */
function shownLine(line: string): string {
  const [head = "", part = ""] = line.split(" ", 2);
  const text = line.slice(head.length + part.length + 2).replaceAll("\n", " ");
  const [first, count, last] = head.split("+", 3);
  const shown = `${secondsOf(first).padStart(8)} s  ${part.padEnd(partWidth)} ${text}`;
  if (count === undefined) return shown;
  const times = count === "1" ? "once more," : `${count} times more, last`;
  return `${shown} … ${times} at ${secondsOf(last)} s`;
}

function secondsOf(tenths: string | undefined): string {
  return (Number(tenths) / 10).toFixed(1);
}
