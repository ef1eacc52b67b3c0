// SPDX-License-Identifier: MIT

import { BoardState } from "./screen/board-state.ts";
import { type BoardLine, parseLine } from "./screen/log-line.ts";

type TakeLine = (line: BoardLine) => void;

/** What all boards have said, as far as the page shows it, and what they say to whoever listens. */
export class FleetTrace {
  readonly #states = new Map<string, BoardState>();
  readonly #listeners = new Map<string, Set<TakeLine>>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Takes a line of a board's console, as JSON. */
  take(board: string, text: string): void {
    const line = parseLine(text);
    this.stateOf(board).take(line, this.#now());
    for (const take of this.#listeners.get(board) ?? []) take(line);
  }

  stateOf(board: string): BoardState {
    const known = this.#states.get(board);
    if (known) return known;
    const state = new BoardState(board);
    this.#states.set(board, state);
    return state;
  }

  /** Hands each line of a board on, until the returned function is called. */
  listen(board: string, take: TakeLine): () => void {
    const listeners = this.#listeners.get(board) ?? new Set();
    this.#listeners.set(board, listeners.add(take));
    return () => listeners.delete(take);
  }
}
