// SPDX-License-Identifier: MIT

import type { Key } from "./key-reader.ts";
import type { KeyHint } from "./screen-layout.ts";

/** What the keys of a screen do beyond it. */
export interface ScreenOwner {
  readonly boardCount: number;
  /** Boards that the table has room for. */
  readonly tableRoom: number;
  /** Entries of the log of that board, or of all. */
  logLength(board: number | undefined): number;
  /** Does what a key of the simulated world stands for, to that board or to all. */
  act(key: string, board: number | undefined): void;
  /** Something asks on the console of that board: an empty line is an answer, too. */
  asks(board: number): boolean;
  /** Nobody may see, now or later, what is typed there. */
  asksSecret(board: number): boolean;
  /** A line was typed on the console of that board. */
  send(board: number, line: string): void;
  /** Ctrl-C was pressed there. */
  interrupt(board: number): void;
  /** What was typed there was taken back, or a board is looked into: its console begins. */
  redraw(): void;
  quit(): void;
}

/** Lines by which Page up and Page down move a log. */
const page = 10;
/** Longest line that a board's console takes, bytes; characters are counted here. */
const longestLine = 256;
const longestHistory = 50;

/** The table with the events, the log of all boards, or one board with its console. */
export type ScreenKind = "table" | "log" | "board";

/** Which part of the boards a screen shows, and what its keys do. */
export class ScreenMode {
  readonly #owner: ScreenOwner;
  kind: ScreenKind = "table";
  /** The board that keys act on; undefined: all. */
  chosen: number | undefined;
  /** The first board of the table. */
  first = 0;
  /** Entries of the log below the screen. */
  back = 0;
  /** The line on the console. */
  typed = "";
  readonly #history: string[] = [];
  #recalled = 0;

  constructor(owner: ScreenOwner) {
    this.#owner = owner;
  }

  /** The keys besides those of the simulated world. */
  hints(world: readonly KeyHint[]): KeyHint[] {
    const count = this.#owner.boardCount;
    if (this.kind === "board") {
      return [
        { key: "Enter", text: "sends" },
        { key: "PgUp/PgDn", text: "scroll" },
        { key: "Esc", text: "back" },
        { key: "Ctrl-C", text: "ends a command" },
      ];
    }
    if (this.kind === "log") {
      const scroll = { key: "PgUp/PgDn", text: "scroll" };
      return [{ key: "d", text: "table" }, scroll, ...world, { key: "q", text: "quit" }];
    }
    return [
      { key: "d", text: "details" },
      { key: count > 1 ? `1-${Math.min(9, count)}` : "1", text: "console" },
      ...(count > 1 ? [{ key: "↑↓", text: "choose" }] : []),
      ...world,
      { key: "q", text: "quit" },
    ];
  }

  take(key: Key): void {
    if (key.kind === "redraw") this.#owner.redraw();
    else if (this.kind === "board") this.takeInConsole(key);
    else if (key.kind === "character") this.takeCharacter(key.text);
    else if (key.kind === "interrupt") this.#owner.quit();
    else if (this.kind === "log") this.takeInLog(key);
    else this.takeInTable(key);
  }

  private takeCharacter(text: string): void {
    const digit = /^[1-9]$/.test(text) ? Number(text) : 0;
    const letter = text.toLowerCase();
    if (digit > 0 && digit <= this.#owner.boardCount) this.open(digit - 1);
    else if (letter === "q") this.#owner.quit();
    else if (letter === "d") this.show(this.kind === "log" ? "table" : "log");
    else this.#owner.act(letter, this.kind === "table" ? this.chosen : undefined);
  }

  private takeInTable({ kind }: Key): void {
    const { tableRoom } = this.#owner;
    if (kind === "up") this.choose(-1);
    else if (kind === "down") this.choose(1);
    else if (kind === "page-up") this.choose(-tableRoom);
    else if (kind === "page-down") this.choose(tableRoom);
    else if (kind === "home") this.choose(-Infinity);
    else if (kind === "end") this.choose(Infinity);
    else if (kind === "escape") this.chosen = undefined;
    else if (kind === "enter" && this.chosen !== undefined) this.open(this.chosen);
  }

  private choose(step: number): void {
    const { boardCount, tableRoom } = this.#owner;
    const from = this.chosen ?? (step > 0 ? this.first - 1 : this.first + tableRoom);
    const chosen = Math.max(0, Math.min(boardCount - 1, from + step));
    this.chosen = chosen;
    this.first = Math.max(chosen - tableRoom + 1, Math.min(this.first, chosen));
  }

  private takeInLog({ kind }: Key): void {
    if (kind === "escape") this.show("table");
    else this.scroll(kind);
  }

  private scroll(kind: Key["kind"]): void {
    const length = this.#owner.logLength(this.kind === "board" ? this.chosen : undefined);
    const steps: Partial<Record<Key["kind"], number>> = {
      "page-up": page,
      "page-down": -page,
      up: 1,
      down: -1,
      home: Infinity,
      end: -Infinity,
    };
    this.back = Math.max(0, Math.min(length - 1, this.back + (steps[kind] ?? 0)));
  }

  private open(board: number): void {
    this.show("board");
    this.chosen = board;
    this.#history.length = 0;
    this.#recalled = 0;
  }

  private show(kind: ScreenKind): void {
    this.kind = kind;
    this.back = 0;
    this.typed = "";
    if (kind !== "board") this.chosen = undefined;
  }

  private takeInConsole(key: Key): void {
    const { kind } = key;
    const board = this.chosen ?? 0;
    if (kind === "character") {
      if (this.typed.length < longestLine) this.typed += key.text;
    } else if (kind === "backspace") this.typed = [...this.typed].slice(0, -1).join("");
    else if (kind === "erase-line") this.typed = "";
    else if (kind === "enter") this.enter(board);
    else if (kind === "up" || kind === "down") this.recall(kind === "up" ? -1 : 1);
    else if (kind === "escape") this.show("table");
    else if (kind === "interrupt") this.interrupt(board);
    else this.scroll(kind);
  }

  private enter(board: number): void {
    const line = this.typed;
    this.back = 0;
    this.typed = "";
    if (line.trim() === "" && !this.#owner.asks(board)) return;
    if (line.trim() !== "" && !this.#owner.asksSecret(board)) this.#history.push(line);
    if (this.#history.length > longestHistory) this.#history.shift();
    this.#recalled = this.#history.length;
    this.#owner.send(board, line);
  }

  private recall(step: -1 | 1): void {
    this.#recalled = Math.max(0, Math.min(this.#history.length, this.#recalled + step));
    this.typed = this.#history[this.#recalled] ?? "";
  }

  /** Takes the line back; on an empty one it ends what runs there, and the next leaves. */
  private interrupt(board: number): void {
    const wasEmpty = this.typed === "";
    this.typed = "";
    if (!wasEmpty) return;
    this.#owner.interrupt(board);
    this.show("table");
  }
}
