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
  /** Where the payload comes from. */
  readonly health: { /** As it is now. */ encode(): string };
}

/** How often it is looked whether a report is due, ms. */
const period = 5_000;

/**
 * Publishes how the board is, retained: soon after each connect, so that the reason of an outage is
 * told, and from then on each interval. Nothing waits in the outbox.
 */
export class HealthReport {
  readonly #session: HealthReportOptions["session"];
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #topic: string;
  readonly #interval: number;
  readonly #QoS: 0 | 1 | 2;
  readonly #health: HealthReportOptions["health"];
  /** When the connection of the last report had begun, and when that was; ms. */
  #since = -1;
  #reported = 0;

  constructor(options: HealthReportOptions) {
    this.#session = options.session;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#topic = options.topic;
    this.#interval = options.interval;
    this.#QoS = options.QoS;
    this.#health = options.health;
    options.timers.repeat(() => this.check(), period);
  }

  private check(): void {
    const { state } = this.#session;
    if (state.kind !== "online") return;
    const now = this.#clock.ticks();
    if (state.since === this.#since && now - this.#reported < this.#interval) return;
    this.#since = state.since;
    this.#reported = now;
    this.publish();
  }

  /** Publishes now. */
  publish(): void {
    const log = this.#log;
    const topic = this.#topic;
    try {
      const payload = this.#health.encode();
      const options = { QoS: this.#QoS, retain: true, policy: "latest" } as const;
      this.#session.publish(topic, payload, options);
      const text = `publish ${topic} ${payload}`;
      log({ level: "debug", part: "mqtt", event: "health", text });
    } catch (error) {
      log({ level: "warn", part: "mqtt", event: "refused", text: messageOf(error) });
    }
  }
}
