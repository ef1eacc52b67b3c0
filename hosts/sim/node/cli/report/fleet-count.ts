// SPDX-License-Identifier: MIT

import type { BoardLine } from "../screen/log-line.ts";
import { Delays } from "./delays.ts";

/** What has become of the readings of a fleet; numbers of messages. */
export interface FleetTotals {
  /** Boards that the broker has accepted at least once. */
  readonly connected: number;
  /** Readings handed to MQTT. */
  readonly sent: number;
  readonly arrived: number;
  /** Handed over, not dropped by the board, and not seen. */
  readonly lost: number;
  /** Seen once more. */
  readonly doubled: number;
  /** Given up by boards whose outbox was full: the broker was away for longer than they can keep. */
  readonly dropped: number;
  /** Connections after the first of each board. */
  readonly reconnects: number;
  /** From MQTT's hands to the subscriber, ms; undefined: none has arrived. */
  readonly median: number | undefined;
  readonly most: number | undefined;
  readonly longest: number | undefined;
}

interface Sent {
  readonly payload: string;
  /** ms. */
  readonly at: number;
  readonly isCounted: boolean;
}

interface BoardCount {
  /** Not seen yet, the oldest first. */
  readonly open: Sent[];
  /** The last that were seen. */
  readonly seen: string[];
  connects: number;
  dropped: number;
}

/** So many payloads of a board are known to have been seen: more than it may have on its way. */
const mostSeen = 64;

/**
 * Counts what boards hand to MQTT, by what they log, and what of it a subscriber sees. A reading has no
 * number, so it is known by its payload; of two with the same, the older one is taken to come first.
 */
export class FleetCount {
  readonly #now: () => number;
  readonly #boards = new Map<string, BoardCount>();
  readonly #delays = new Delays();
  #sent = 0;
  #arrived = 0;
  #doubled = 0;
  #isCounting = false;

  /** `now`: ms, monotonic. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Somebody sees what arrives: what is sent from now on counts. */
  begin(): void {
    this.#isCounting = true;
  }

  /** What is sent from now on does not count; what is on its way still may arrive. */
  end(): void {
    this.#isCounting = false;
  }

  /** Boards that have been accepted by the broker. */
  get connected(): number {
    let count = 0;
    for (const { connects } of this.#boards.values()) if (connects > 0) count++;
    return count;
  }

  /** Nothing that counts is on its way. */
  get isComplete(): boolean {
    return this.waiting === 0;
  }

  /** A line of a board's log. */
  takeLine(board: string, { part, event, topic, payload, count }: BoardLine): void {
    if (part !== "mqtt") return;
    if (event === "online") this.boardOf(board).connects++;
    else if (event === "dropped") this.boardOf(board).dropped += Number(count);
    else if (event === "publish" && String(topic).endsWith("/reading")) {
      if (this.#isCounting) this.#sent++;
      const sent = { payload: String(payload), at: this.#now(), isCounted: this.#isCounting };
      this.boardOf(board).open.push(sent);
    }
  }

  /** A reading has reached the subscriber. */
  takeReading(board: string, payload: string): void {
    // Others may share the broker.
    const count = this.#boards.get(board);
    if (!count) return;
    const { open, seen } = count;
    const index = open.findIndex((sent) => sent.payload === payload);
    const [sent] = index < 0 ? [] : open.splice(index, 1);
    if (sent) {
      seen.push(payload);
      if (seen.length > mostSeen) seen.shift();
      if (!sent.isCounted) return;
      this.#arrived++;
      this.#delays.add(this.#now() - sent.at);
      // What is in neither list was sent by an earlier run.
    } else if (seen.includes(payload)) this.#doubled++;
  }

  get totals(): FleetTotals {
    const boards = [...this.#boards.values()];
    const sum = (of: (count: BoardCount) => number) =>
      boards.reduce((all, each) => all + of(each), 0);
    const dropped = Math.min(
      this.waiting,
      sum((count) => count.dropped),
    );
    return {
      connected: this.connected,
      sent: this.#sent,
      arrived: this.#arrived,
      lost: this.waiting - dropped,
      doubled: this.#doubled,
      dropped,
      reconnects: sum(({ connects }) => Math.max(0, connects - 1)),
      median: this.#delays.within(0.5),
      most: this.#delays.within(0.99),
      longest: this.#delays.longest,
    };
  }

  private get waiting(): number {
    let waiting = 0;
    for (const { open } of this.#boards.values()) {
      for (const { isCounted } of open) if (isCounted) waiting++;
    }
    return waiting;
  }

  private boardOf(board: string): BoardCount {
    const known = this.#boards.get(board);
    if (known) return known;
    const count: BoardCount = { open: [], seen: [], connects: 0, dropped: 0 };
    this.#boards.set(board, count);
    return count;
  }
}
