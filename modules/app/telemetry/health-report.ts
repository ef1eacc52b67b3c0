// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Clock, Timers } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { MqttSession } from "../../mqtt/session.ts";

export interface HealthReportOptions {
  readonly session: Pick<MqttSession, "state" | "publish">;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly topic: string;
  /** ms between two reports. */
  readonly interval: number;
  readonly QoS: 0 | 1 | 2;
  /** The payload as it is now. */
  readonly encode: () => string;
}

/** How often it is looked whether a report is due, ms. */
const period = 5_000;

/**
 * Publishes how the board is, retained: soon after each connect, so that the reason of an outage is
 * told, and from then on each interval. Nothing waits in the outbox.
 */
export class HealthReport {
  readonly #options: HealthReportOptions;
  /** When the connection of the last report had begun, and when that was; ms. */
  #since = -1;
  #reported = 0;

  constructor(options: HealthReportOptions) {
    this.#options = options;
    options.timers.repeat(() => this.#check(), period);
  }

  #check(): void {
    const { session, clock, interval } = this.#options;
    const { state } = session;
    if (state.kind !== "online") return;
    const isDue = state.since !== this.#since || clock.ticks() - this.#reported >= interval;
    if (!isDue) return;
    this.#since = state.since;
    this.#reported = clock.ticks();
    this.#publish();
  }

  #publish(): void {
    const { session, topic, QoS, encode, log } = this.#options;
    try {
      const payload = encode();
      session.publish(topic, payload, { QoS, retain: true, policy: "latest" });
      const text = `publish ${topic} ${payload}`;
      log({ level: "debug", part: "mqtt", event: "health", text });
    } catch (error) {
      log({ level: "warn", part: "mqtt", event: "refused", text: messageOf(error) });
    }
  }
}
