// SPDX-License-Identifier: MIT

import type { Log, LogLine } from "../../modules/base/log.ts";

/** Keeps log lines for a test to look at. */
export class LogBook {
  readonly lines: LogLine[] = [];
  readonly log: Log = (line) => {
    this.lines.push(line);
  };

  /** `part/event` of every line, in order. */
  get events(): string[] {
    return this.lines.map(({ part, event }) => `${part}/${event}`);
  }

  /** All texts, one line each. */
  get text(): string {
    return this.lines.map(({ level, text }) => `${level} ${text}`).join("\n");
  }
}
