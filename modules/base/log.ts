// SPDX-License-Identifier: MIT

export type LogLevel = "error" | "warn" | "info" | "debug";

/** Values that a log line can carry beside its text; they are written as JSON. */
export type LogData = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * One thing that happened. The console writes it as text, or as one JSON object per line; the text
 * and the data never hold a secret.
 */
export interface LogLine {
  readonly level: LogLevel;
  /** Which part speaks: "wifi", "mqtt", "ccs811", … */
  readonly part: string;
  /** What happened, stable, for programs: "connected", "reading", … */
  readonly event: string;
  /** What happened, for people. */
  readonly text: string;
  readonly data?: LogData;
}

/** Takes log lines; never throws, never blocks. */
export type Log = (line: LogLine) => void;
