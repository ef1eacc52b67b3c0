// SPDX-License-Identifier: MIT

import type { SimBoard } from "../../board/board.ts";
import type { Simulation, SimulationView } from "../../simulation.ts";
import { BoardState } from "./board-state.ts";
import type { TableBoard } from "./board-table.ts";
import { FleetControls } from "./fleet-controls.ts";
import { FleetLog } from "./fleet-log.ts";
import { FramePainter, type ScreenSize } from "./frame-painter.ts";
import { KeyReader } from "./key-reader.ts";
import { parseLine } from "./log-line.ts";
import { drawScreen, type ScreenModel, tableRoom } from "./screen-layout.ts";
import { ScreenMode, type ScreenOwner } from "./screen-mode.ts";

export interface FleetScreenOptions {
  readonly write: (text: string) => void;
  /** Of the terminal, at present. */
  readonly size: () => ScreenSize;
  /** Ids of the boards, in order. */
  readonly boards: readonly string[];
  /** What is being run, in one line. */
  readonly title: string;
  /** How much faster than the PC's the boards' time is. */
  readonly speed: number;
  /** Somebody wants to leave. */
  readonly onQuit: () => void;
  /** ms since 1970. */
  readonly now?: () => number;
}

/** Shortest time between two drawings, and longest, ms. */
const shortest = 200;
const longest = 1_000;
/** Lines to copy, by the event that brings them. */
const labels: Readonly<Record<string, string>> = Object.freeze({
  page: "Page:",
  watch: "Watch from another terminal:",
});

/** Shows all boards on a terminal: a table that stays where it is, and below it what has happened. */
export class FleetScreen implements SimulationView, ScreenOwner {
  readonly #options: FleetScreenOptions;
  readonly #states: readonly BoardState[];
  readonly #log: FleetLog;
  readonly #keys = new KeyReader();
  readonly #mode = new ScreenMode(this);
  readonly #painter: FramePainter;
  readonly #copied: { label: string; text: string }[] = [];
  #simulation: Simulation | undefined;
  #controls: FleetControls | undefined;
  /** Hides passwords in commands; it is loaded when somebody looks into a board. */
  #mask: ((line: string) => string) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  /** What is to be read when the screen has gone. */
  readonly #left: string[] = [];

  constructor(options: FleetScreenOptions) {
    this.#options = options;
    this.#log = new FleetLog(options.boards);
    this.#painter = new FramePainter(options.write);
    this.#states = options.boards.map((id) => new BoardState(id));
  }

  /** The boards run: from now on keys do something to them. */
  use(simulation: Simulation): void {
    this.#simulation = simulation;
    this.#controls = new FleetControls(simulation, (board, text) => {
      this.#log.say(board, text, { time: this.now() });
    });
    this.soon();
  }

  /** A line that a board has written, as JSON. */
  line(board: string, text: string): void {
    const line = parseLine(text);
    this.stateOf(board)?.take(line, this.now());
    this.write(() => this.#log.add(board, line, this.now()));
  }

  /** Something that a board cannot tell itself. */
  notice(board: string, event: string, text: string): void {
    const isCrash = event === "crashed";
    if (isCrash) {
      this.stateOf(board)?.crashed();
      this.#left.push(`${board}: ${text}`);
    } else if (text.startsWith("restarting")) this.stateOf(board)?.restarting();
    const style = isCrash ? "bad" : "doubtful";
    this.write(() => this.#log.say(board, text, { time: this.now(), style }));
  }

  /** Something about all boards. */
  say(event: string, text: string): void {
    const label = Object.hasOwn(labels, event) ? labels[event] : undefined;
    if (event === "stop") this.#left.push(text);
    else if (label !== undefined) {
      const copied = this.#copied;
      const index = copied.findIndex((line) => line.label === label);
      const line = { label, text: text.startsWith(label) ? text.slice(label.length).trim() : text };
      // What is said anew takes the place of what it was.
      copied.splice(index < 0 ? copied.length : index, 1, line);
    } else if (event !== "start") this.#log.say(undefined, text, { time: this.now() });
    this.soon();
  }

  /** Keys, as the terminal sends them. */
  type(bytes: Uint8Array): void {
    for (const key of this.#keys.take(bytes)) this.#mode.take(key);
    if (this.#mode.kind === "board") this.loadMask();
    this.draw();
  }

  /** The terminal has another size, or shows something else. */
  redraw(): void {
    this.#painter.forget();
    this.draw();
  }

  /** Gives the terminal back as it was, and says there what is to be kept. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#painter.close();
    if (this.#left.length > 0) this.#options.write(`${this.#left.join("\n")}\n`);
  }

  /** Draws what has changed. */
  draw(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#drawnAt = this.now();
    const size = this.#options.size();
    this.#painter.paint(drawScreen(this.model(), size), size);
    // Ages go on when nothing happens.
    this.#timer = setTimeout(() => this.draw(), longest).unref();
  }

  // For the keys.

  get boardCount(): number {
    return this.#states.length;
  }

  get tableRoom(): number {
    return tableRoom(this.model(), this.#options.size());
  }

  logLength(board: number | undefined): number {
    return this.#log.of(this.idOf(board)).length;
  }

  act(key: string, board: number | undefined): void {
    this.#controls?.act(key, board);
  }

  asks(board: number): boolean {
    return this.#states[board]?.asks === true;
  }

  asksSecret(board: number): boolean {
    return this.#states[board]?.asksSecret === true;
  }

  send(board: number, line: string): void {
    const id = this.idOf(board);
    if (id === undefined) return;
    this.#log.typed(id, this.masked(line, board), this.now());
    this.#states[board]?.typed();
    this.#simulation?.boards[board]?.type(`${line}\n`);
  }

  interrupt(board: number): void {
    this.#states[board]?.interrupted();
    this.#simulation?.boards[board]?.type("\x03");
  }

  quit(): void {
    this.#log.say(undefined, "stopping; once more ends at once", { time: this.now() });
    this.#options.onQuit();
  }

  private model(): ScreenModel {
    const { kind, chosen, first, back, typed } = this.#mode;
    const isLog = kind !== "table";
    const world = this.#controls?.hints(kind === "table" ? chosen : undefined) ?? [];
    return {
      title: this.#options.title,
      copied: this.#copied,
      boards: this.#states.map((state, index) => this.tableBoard(state, index)),
      chosen,
      first,
      hints: this.#mode.hints(world),
      entries: isLog ? this.#log.of(this.idOf(chosen)) : this.#log.events,
      isLog,
      back: isLog ? back : 0,
      typed: kind === "board" ? this.masked(typed, chosen ?? 0) : undefined,
    };
  }

  private tableBoard(state: BoardState, index: number): TableBoard {
    const board: SimBoard | undefined = this.#simulation?.boards[index];
    const names = this.#simulation?.peersOf(index) ?? [];
    const slept = this.ageOf(state.asleepAt);
    return {
      id: state.id,
      state: slept === undefined ? state.word : state.wordAsleep(slept),
      values: state.values,
      signal: board?.signal,
      age: this.ageOf(state.readAt),
      peers: names.map((name) => {
        const { heardAt, isAway } = state.peer(name);
        return { id: name, age: this.ageOf(heardAt), isAway };
      }),
      sent: board?.messages.sent ?? 0,
      received: board?.messages.received ?? 0,
      room: board ? roomText(board) : "",
    };
  }

  /** s since then, in the boards' time. */
  private ageOf(at: number | undefined): number | undefined {
    return at === undefined ? undefined : ((this.now() - at) / 1_000) * this.#options.speed;
  }

  /** Adds to the log; what is being read stays where it is. */
  private write(add: () => void): void {
    const mode = this.#mode;
    const board = mode.kind === "board" ? mode.chosen : undefined;
    const before = mode.back > 0 ? this.logLength(board) : 0;
    add();
    if (mode.back > 0) mode.back += this.logLength(board) - before;
    this.soon();
  }

  private soon(): void {
    if (this.#isClosed) return;
    // A clock that is set back must not stop the screen.
    const wait = Math.min(shortest, this.#drawnAt + shortest - this.now());
    if (wait <= 0) this.draw();
    else {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.draw(), wait).unref();
    }
  }

  private masked(line: string, board: number): string {
    if (this.asksSecret(board)) return "*".repeat(line.length);
    // Until it is there, nothing of a value is shown.
    return (
      this.#mask?.(line) ??
      line.replace(
        /^(\s*\S+\s+\S+\s+)(.*)$/s,
        (_, head: string, rest: string) => head + "*".repeat(rest.length),
      )
    );
  }

  private loadMask(): void {
    if (this.#mask) return;
    import("./secret-mask.ts").then(({ maskedCommand }) => {
      this.#mask = maskedCommand;
      this.soon();
    });
  }

  private stateOf(board: string): BoardState | undefined {
    return this.#states.find(({ id }) => id === board);
  }

  private idOf(board: number | undefined): string | undefined {
    return board === undefined ? undefined : this.#states[board]?.id;
  }

  private now(): number {
    return this.#options.now?.() ?? Date.now();
  }
}

function roomText({ room }: SimBoard): string {
  const { people } = room;
  const count = people === 0 ? "nobody" : people === 1 ? "1 person" : `${people} people`;
  return room.isWindowOpen ? `${count}, window open` : count;
}
