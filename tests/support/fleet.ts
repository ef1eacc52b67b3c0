// SPDX-License-Identifier: MIT

import type { Random } from "../../modules/base/clock.ts";
import type { RetryPlan } from "../../modules/mqtt/session/reconnect.ts";
import { MqttSession } from "../../modules/mqtt/session.ts";
import { FakeTime } from "./fake-time.ts";
import { MemoryNetwork } from "./memory-network.ts";
import { seededRandom } from "./random.ts";
import { type BrokerConnection, ScriptedBroker } from "./scripted-broker.ts";

/** How long the fleet takes to come up, and how long it is online before anything happens, ms. */
const comingUp = 60_000;
const stable = 60_000;
const second = 1_000;
/** Longest time that boards may take to come back, ms. */
const limit = 7_200_000;

export interface FleetOptions {
  readonly count: number;
  /** What each board knows of their number; default `count`. */
  readonly boards?: number;
  /** The random source of each board. */
  readonly randomOf?: (board: number) => Random;
  /** Connections that the broker accepts in a second; it closes the others. */
  readonly rate?: number;
  /** Another plan than the session's own. */
  readonly planOf?: (random: Random, time: FakeTime) => RetryPlan;
  /** Each board publishes a reading a second. */
  readonly publishes?: boolean;
}

/** What the broker's port saw of a fleet. */
export interface FleetReport {
  /** Most connections that began within any one second; refused ones count too. */
  readonly peak: number;
  /** The same, of those that reached a broker. */
  readonly peakAccepted: number;
  readonly attempts: number;
  /** From what has happened until the first message of each board, s, the quickest first. */
  readonly times: readonly number[];
}

/** Many boards at one broker, on simulated time, each with the whole session of the firmware. */
export class Fleet {
  readonly time = new FakeTime();
  readonly network = new MemoryNetwork(this.time);
  readonly broker = new ScriptedBroker(this.network);
  readonly sessions: MqttSession[];
  readonly #options: FleetOptions;
  /** When a board's first message came since `#start`, by its id. */
  readonly #back = new Map<string, number>();
  #first = 0;
  #start = 0;
  /** The broker has accepted so many that it could do the next at this time; ticks. */
  #accepted = 0;

  constructor(options: FleetOptions) {
    const { count, randomOf = seededRandom, publishes } = options;
    this.#options = options;
    this.broker.onPacket = ({ type }, connection) => {
      if (type === "CONNECT") return this.#isTooMuch(connection);
      if (type === "PUBLISH") this.#heard(connection.connect?.id ?? "");
      return false;
    };
    this.sessions = Array.from({ length: count }, (_, board) => this.#open(board, randomOf(board)));
    const spread = seededRandom(count);
    for (const session of this.sessions) {
      this.time.set(() => session.start(), spread() * comingUp);
      if (publishes) this.time.repeat(() => session.publish("t", "x", { QoS: 1 }), second);
    }
    this.time.advance(comingUp + stable);
    // Not in step with the ticks of the sessions.
    this.time.advance(Math.floor(spread() * second));
    if (this.online !== count) throw new Error(`only ${this.online} of ${count} came up`);
  }

  /** Boards that are online. */
  get online(): number {
    return this.sessions.filter(({ state }) => state.kind === "online").length;
  }

  /** The broker goes down: every link is cut at the same moment, new ones are refused. */
  down(): void {
    this.network.connects = "refuse";
    this.#begin();
    for (const link of this.network.links) if (link.alive) link.cut();
  }

  /** The broker goes down, comes back after `away` ms, and everybody returns. */
  restart(away: number): FleetReport {
    this.down();
    this.time.advance(away);
    this.network.connects = "accept";
    this.#accepted = this.time.ticks();
    return this.#untilBack(away);
  }

  /** Every link goes silent: nothing passes any more, and nobody is told. */
  halfOpen(): FleetReport {
    this.#begin();
    for (const link of this.network.links) link.silent = true;
    return this.#untilBack(0);
  }

  /** What the port saw since `down`; connections after `away` ms reached a broker. */
  seen(away: number): Omit<FleetReport, "times"> {
    const began = this.network.links.slice(this.#first).map(({ began }) => began - this.#start);
    return {
      peak: peakOf(began),
      peakAccepted: peakOf(began.filter((time) => time >= away)),
      attempts: began.length,
    };
  }

  #begin(): void {
    this.#first = this.network.links.length;
    this.#start = this.time.ticks();
    this.#back.clear();
  }

  #heard(id: string): void {
    if (!this.#back.has(id)) this.#back.set(id, this.time.ticks());
  }

  #untilBack(away: number): FleetReport {
    const end = this.time.ticks() + limit;
    const { length } = this.sessions;
    while (this.#back.size < length) {
      if (this.time.ticks() > end)
        throw new Error(`only ${this.#back.size} of ${length} came back`);
      this.time.advance(100);
    }
    const back = this.#start + away;
    const times = [...this.#back.values()].map((time) => (time - back) / second);
    return { ...this.seen(away), times: times.sort((a, b) => a - b) };
  }

  /** True, and the connection is closed, when the broker has accepted enough in this second. */
  #isTooMuch({ link }: BrokerConnection): boolean {
    const { rate } = this.#options;
    if (rate === undefined) return false;
    const now = this.time.ticks();
    const next = Math.max(this.#accepted, now) + second / rate;
    if (next > now + second) {
      link.shut();
      return true;
    }
    this.#accepted = next;
    return false;
  }

  #open(board: number, random: Random): MqttSession {
    const { count, boards = count, planOf } = this.#options;
    return new MqttSession({
      brokers: [{ host: "10.0.0.1", port: 1883, secure: false }],
      id: `board-${board}`,
      birth: { topic: `status/${board}`, payload: "online" },
      network: this.network.providers,
      clock: this.time,
      timers: this.time,
      random,
      reconnect: { boards },
      ...(planOf && { retryPlan: planOf(random, this.time) }),
    });
  }
}

/** The largest number of moments within any one second. */
function peakOf(moments: readonly number[]): number {
  let peak = 0;
  let first = 0;
  for (let last = 0; last < moments.length; last++) {
    while ((moments[last] ?? 0) - (moments[first] ?? 0) >= second) first++;
    peak = Math.max(peak, last - first + 1);
  }
  return peak;
}
