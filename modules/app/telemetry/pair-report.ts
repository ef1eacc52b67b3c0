// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Clock, Timers } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { MqttSession } from "../../mqtt/session.ts";
import type { PeerView } from "../../pairing/peers.ts";

/** The pairs of a board. */
export interface ReportedPairs {
  readonly peers: readonly PeerView[];
}

export interface PairReportOptions {
  readonly session: Pick<MqttSession, "state" | "publish">;
  readonly pairs: ReportedPairs;
  readonly clock: Pick<Clock, "ticks">;
  readonly timers: Timers;
  readonly log: Log;
  readonly topic: string;
  /** Outer key of the payload. */
  readonly name: string;
}

/** How often it is looked whether something has changed, and how often it is told all the same, ms. */
const period = 5_000;
const interval = 30_000;

/**
 * Tells everybody on the broker with whom a board is paired and when it heard of each: soon after a
 * connect and a change, and each 30 s. Nothing of it is kept by the broker, or waits for it.
 */
export class PairReport {
  readonly #options: PairReportOptions;
  /** When the connection of the last report had begun, when that was, ms, and what it said. */
  #since = -1;
  #reported = 0;
  #told = "";

  constructor(options: PairReportOptions) {
    this.#options = options;
    options.timers.repeat(() => this.check(), period);
  }

  private check(): void {
    const { session, pairs, clock } = this.#options;
    const { state } = session;
    if (state.kind !== "online") return;
    const now = clock.ticks();
    const { peers } = pairs;
    const shape = peers.map(({ name, isHere }) => `${name} ${isHere}`).join("\n");
    const isNew = state.since !== this.#since || shape !== this.#told;
    if (!isNew && now - this.#reported < interval) return;
    this.#since = state.since;
    this.#reported = now;
    this.#told = shape;
    this.publish(peers, now);
  }

  private publish(peers: readonly PeerView[], now: number): void {
    const { session, log, topic, name } = this.#options;
    const told = peers.map((peer) => {
      const { heardAt, isHere: here } = peer;
      const heard = heardAt === undefined ? undefined : Math.floor((now - heardAt) / 1_000);
      return { id: peer.name, here, heard };
    });
    try {
      const payload = JSON.stringify({ [name]: { pairs: told } });
      session.publish(topic, payload, { QoS: 0, policy: "latest" });
      const text = `publish ${topic} ${payload}`;
      log({ level: "debug", part: "mqtt", event: "pairs", text });
    } catch (error) {
      log({ level: "warn", part: "mqtt", event: "refused", text: messageOf(error) });
    }
  }
}
