// SPDX-License-Identifier: MIT

import type { Random } from "../../modules/base/clock.ts";
import { MqttSession } from "../../modules/mqtt/session.ts";
import { FakeTime } from "./fake-time.ts";
import { MemoryNetwork } from "./memory-network.ts";
import { seededRandom } from "./random.ts";
import { ScriptedBroker } from "./scripted-broker.ts";

/** How long the fleet takes to come up, and how long it is online before anything happens, ms. */
const COMING_UP = 60_000;
const STABLE = 60_000;
/** Length of the window in which connections are counted, ms. */
const SECOND = 1_000;

/** What the broker's port saw of a fleet. */
export interface FleetReport {
  /** Most connections that began within any one second; refused ones count too. */
  readonly peak: number;
  /** The same, of those that reached a broker. */
  readonly peakAccepted: number;
  readonly attempts: number;
  /** From the moment the broker was back until half of, and all, boards were online, s. */
  readonly halfOnline: number;
  readonly allOnline: number;
}

/** Many boards at one broker, on simulated time, each with the whole session of the firmware. */
export class Fleet {
  readonly time = new FakeTime();
  readonly network = new MemoryNetwork(this.time);
  readonly broker = new ScriptedBroker(this.network);
  readonly sessions: MqttSession[];
  #first = 0;
  #start = 0;

  /** `randomOf`: the random source of each board. */
  constructor(count: number, randomOf: (board: number) => Random = seededRandom) {
    this.sessions = Array.from({ length: count }, (_, board) => this.#open(board, randomOf(board)));
    const spread = seededRandom(count);
    for (const session of this.sessions) {
      this.time.set(() => session.start(), spread() * COMING_UP);
    }
    this.time.advance(COMING_UP + STABLE);
    if (this.online !== count) throw new Error(`only ${this.online} of ${count} came up`);
  }

  /** Boards that are online. */
  get online(): number {
    return this.sessions.filter(({ state }) => state.kind === "online").length;
  }

  /** The broker goes down: every link is cut at the same moment, new ones are refused. */
  down(): void {
    this.network.connects = "refuse";
    this.#first = this.network.links.length;
    this.#start = this.time.ticks();
    for (const link of this.network.links) if (link.alive) link.cut();
    this.time.advance(10);
  }

  /** The broker goes down, comes back after `away` ms, and everybody returns. */
  restart(away: number): FleetReport {
    this.down();
    this.time.advance(Math.max(0, away - 10));
    this.network.connects = "accept";
    const [halfOnline, allOnline] = [this.sessions.length / 2, this.sessions.length].map((count) =>
      this.#untilOnline(count, away),
    );
    return { ...this.seen(away), halfOnline: halfOnline ?? 0, allOnline: allOnline ?? 0 };
  }

  /** What the port saw since `down`; connections after `away` ms reached a broker. */
  seen(away: number): Pick<FleetReport, "peak" | "peakAccepted" | "attempts"> {
    const began = this.network.links.slice(this.#first).map(({ began }) => began - this.#start);
    return {
      peak: peakOf(began),
      peakAccepted: peakOf(began.filter((time) => time >= away)),
      attempts: began.length,
    };
  }

  #untilOnline(count: number, away: number): number {
    const back = this.#start + away;
    const end = back + 3_600_000;
    while (this.online < count) {
      if (this.time.ticks() > end) throw new Error(`only ${this.online} of ${count} came back`);
      this.time.advance(500);
    }
    return (this.time.ticks() - back) / 1_000;
  }

  #open(board: number, random: Random): MqttSession {
    return new MqttSession({
      brokers: [{ host: "10.0.0.1", port: 1883, secure: false }],
      id: `board-${board}`,
      network: this.network.providers,
      clock: this.time,
      timers: this.time,
      random,
    });
  }
}

/** The largest number of moments within any one second. */
function peakOf(moments: readonly number[]): number {
  let peak = 0;
  let first = 0;
  for (let last = 0; last < moments.length; last++) {
    while ((moments[last] ?? 0) - (moments[first] ?? 0) >= SECOND) first++;
    peak = Math.max(peak, last - first + 1);
  }
  return peak;
}
