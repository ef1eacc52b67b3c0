// SPDX-License-Identifier: MIT

import { type BoardLine, isRepeated, markOf, textOf } from "./log-line.ts";
import { printable, type Row, rowColumns, type Style, wrapped } from "./styled-row.ts";

/** A line of the log of all boards. */
export interface LogEntry {
  /** ms since 1970, of the PC. */
  readonly time: number;
  /** Undefined: it is about all of them. */
  readonly board: string | undefined;
  readonly style: Style;
  /** Printable. */
  readonly text: string;
  /** What it is about: the same again takes its place among the events. */
  readonly kind: string;
  /** How often it has come in a row. */
  readonly times: number;
  /** The reading of the line before once more. */
  readonly isRepeated: boolean;
}

/** Lines that are kept; the oldest go first. */
const longestLog = 2_000;
const longestEvents = 200;

/** What comes all the time, or while a board starts: it is in the log, but is no event. */
const usual: readonly string[] = [
  ...["reading reading", "mqtt publish", "mqtt health", "peer reading", "broker sys"],
  ...["wifi connecting", "wifi scanning", "wifi found", "wifi missed", "time set", "i2c scan"],
  ...["climate source", "command answer"],
];
/** The same of every sensor. */
const usualEvents: readonly string[] = ["booting", "starting", "compensation", "idle"];

/** The last lines of all boards, and those of them that somebody who looks on wants to see. */
export class FleetLog {
  readonly #boards: readonly string[];
  readonly #all: LogEntry[] = [];
  readonly #events: LogEntry[] = [];

  /** `boards`: the ids of all boards. */
  constructor(boards: readonly string[]) {
    this.#boards = boards;
  }

  /** The oldest first. */
  get events(): readonly LogEntry[] {
    return this.#events;
  }

  /** All lines, the oldest first; or those of one board, with each reading once. */
  of(board: string | undefined): readonly LogEntry[] {
    if (board === undefined) return this.#all;
    return this.#all.filter((entry) => entry.board === board && !entry.isRepeated);
  }

  /** A line of a board's console. */
  add(board: string, line: BoardLine, time: number): void {
    const { level, part, event } = line;
    const isAnswer = part === "command" && event !== "skipped";
    const isGrave = level === "warn" || level === "error";
    const name = `${part} ${event}`;
    const entry: LogEntry = {
      ...{ time, board, style: styleOf(line), times: 1 },
      text: isAnswer ? `${markOf(level)}${printable(line.text)}` : textOf(line),
      // The numbers in a warning may differ.
      kind: isGrave ? name : `${name} ${line.text}`,
      isRepeated: isRepeated(line, this.#boards),
    };
    keep(this.#all, entry, longestLog);
    const isUsual = usual.includes(name) || usualEvents.includes(event);
    if (part !== "command" && (isGrave || (level === "info" && !isUsual))) this.addEvent(entry);
  }

  /** Something that no board says itself. */
  say(board: string | undefined, words: string, facts: { time: number; style?: Style }): void {
    const { time, style = "bold" } = facts;
    for (const part of words.split("\n")) {
      const text = printable(part);
      const entry = { time, board, style, text, kind: text, times: 1, isRepeated: false };
      keep(this.#all, entry, longestLog);
      this.addEvent(entry);
    }
  }

  /** What somebody has typed on a board's console. */
  typed(board: string, line: string, time: number): void {
    const text = `> ${printable(line)}`;
    const entry: LogEntry = {
      time,
      board,
      style: "bold",
      text,
      kind: "",
      times: 1,
      isRepeated: false,
    };
    keep(this.#all, entry, longestLog);
  }

  /** One that says the same as the board's last takes its place: an outage does not push out the rest. */
  private addEvent(entry: LogEntry): void {
    const events = this.#events;
    const index = events.findLastIndex(({ board }) => board === entry.board);
    const last = events[index];
    const isSame = last !== undefined && last.kind === entry.kind;
    if (isSame) events.splice(index, 1);
    keep(events, isSame ? { ...entry, times: last.times + 1 } : entry, longestEvents);
  }
}

/** As rows; with the board's name, in so many columns, where several are shown. */
export function entryRows(entry: LogEntry, columns: number, nameColumns: number): Row[] {
  const time = new Date(entry.time).toTimeString().slice(0, 8);
  const name = (entry.board ?? "").padEnd(nameColumns).slice(0, nameColumns);
  const head: Row = [
    { text: `${time} `, style: "dim" },
    ...(nameColumns > 0 ? [{ text: `${name} ` }] : []),
  ];
  const indent = rowColumns(head);
  const times = entry.times > 1 ? ` (${entry.times} times)` : "";
  const lines = wrapped(entry.text + times, Math.max(1, columns - indent));
  return lines.map((text, index) => [
    ...(index === 0 ? head : [{ text: " ".repeat(indent) }]),
    { text, style: entry.style },
  ]);
}

function styleOf({ level }: BoardLine): Style {
  if (level === "error") return "bad";
  if (level === "warn") return "doubtful";
  return level === "debug" ? "dim" : "plain";
}

function keep(list: LogEntry[], entry: LogEntry, longest: number): void {
  list.push(entry);
  if (list.length > longest) list.shift();
}
