// SPDX-License-Identifier: MIT

import type {
  SimulatedBoardState,
  SimulationAction,
  SimulationState,
} from "../../hosts/sim/node/simulation-report.ts";
import type { BoardView, BrokerState, Reply, Series, WholeView } from "../board-view.ts";

const { compare } = new Intl.Collator("en", { numeric: true });

/** Until a server that has refused is asked again, ms. */
const pause = 2_000;

/** What the page knows; it changes as events come. */
export class LiveBoards {
  readonly boards = new Map<string, BoardView>();
  broker: BrokerState = { isConnected: false, reason: "connecting" };
  simulation: SimulationState | undefined;
  /** The page's own server answers. */
  isLive = false;
  /** Why it lets nobody in; undefined: it is not known to. */
  refusal: string | undefined;
  /** The server's clock is so far ahead of this browser's, ms. */
  #ahead = 0;
  readonly #onChanged: () => void;

  constructor(onChanged: () => void) {
    this.#onChanged = onChanged;
    this.connect();
  }

  private connect(): void {
    const source = new EventSource("/api/live");
    source.addEventListener("whole", ({ data }) => this.takeWhole(JSON.parse(data) as WholeView));
    source.addEventListener("parts", ({ data }) => {
      for (const [name, part] of JSON.parse(data) as [string, unknown][]) this.takePart(name, part);
      this.#onChanged();
    });
    source.addEventListener("error", () => {
      this.isLive = false;
      // One that was refused gives up; one that got no answer tries again by itself.
      if (source.readyState === EventSource.CLOSED) void this.connectAgain();
      this.#onChanged();
    });
  }

  private async connectAgain(): Promise<void> {
    const asking = new AbortController();
    const { signal } = asking;
    const response = await fetch("/api/live", { signal }).catch(() => undefined);
    this.refusal = undefined;
    if (response && !response.ok) {
      const { error } = (await response.json().catch(() => ({}))) as { error?: string };
      this.refusal = error;
    }
    asking.abort();
    this.#onChanged();
    setTimeout(() => this.connect(), pause);
  }

  /** The server's time, ms since 1970. */
  get now(): number {
    return Date.now() + this.#ahead;
  }

  /** What the simulation says of a board; undefined: it is not one of its. */
  simulated(id: string): SimulatedBoardState | undefined {
    return this.simulation?.boards.find((board) => board.id === id);
  }

  /** As the simulation counts them; others by name, numbers as numbers. */
  get sorted(): readonly BoardView[] {
    const simulated = new Map(this.simulation?.boards.map(({ id }, index) => [id, index]));
    const place = ({ id }: BoardView) => simulated.get(id) ?? simulated.size;
    const known = [...this.boards.values()].map((board) => this.completed(board));
    return known.sort((a, b) => place(a) - place(b) || compare(a.id, b.id));
  }

  /** With what a simulated board has said on its console, be it not over MQTT or not as often. */
  private completed(board: BoardView): BoardView {
    const simulated = this.simulated(board.id);
    if (!simulated) return board;
    const { sensor, up, peers } = simulated;
    const { health } = board;
    return {
      ...board,
      peers,
      ...(!board.sensor && sensor && { sensor: { ...sensor, marks: [] } }),
      ...(health && up !== undefined && { health: { ...health, up, at: this.now } }),
    };
  }

  private takeWhole(whole: WholeView): void {
    this.isLive = true;
    this.refusal = undefined;
    this.#ahead = whole.now - Date.now();
    this.boards.clear();
    for (const board of whole.boards) this.boards.set(board.id, board);
    this.broker = whole.broker;
    this.simulation = whole.simulation;
    this.#onChanged();
  }

  private takePart(name: string, part: unknown): void {
    if (name === "broker") this.broker = part as BrokerState;
    else if (name === "simulation") this.simulation = part as SimulationState;
    else this.boards.set((part as BoardView).id, part as BoardView);
  }
}

const base = (id: string) => `/api/boards/${encodeURIComponent(id)}`;

async function json<T>(address: string, body?: unknown): Promise<T> {
  const init =
    body === undefined
      ? {}
      : {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        };
  const response = await fetch(address, init).catch(() => {
    throw new Error("the page's server does not answer; is it still running?");
  });
  const value = (await response.json()) as T & { error?: string };
  if (!response.ok) throw new Error(value.error ?? `status ${response.status}`);
  return value;
}

/** Rejects with words for the user. */
export function sendCommand(id: string, command: string): Promise<Reply> {
  return json(`${base(id)}/command`, { command });
}

/** Settles with what there is to say about it, if there is something. */
export function act(action: SimulationAction): Promise<{ readonly text?: string }> {
  return json("/api/simulation", action);
}

/** Settles with what there is to say about it. Rejects with words for the user. */
export function pairBoards(id: string, other: string): Promise<Reply> {
  return json(`${base(id)}/pair`, { with: other });
}

export function fetchSeries(id: string, from: number, to: number, points = 720): Promise<Series> {
  const range = `from=${Math.round(from)}&to=${Math.round(to)}&points=${points}`;
  return json(`${base(id)}/history?${range}`);
}

export function csvAddress(id: string, from: number, to: number): string {
  return `${base(id)}/history.csv?from=${Math.round(from)}&to=${Math.round(to)}`;
}
