// SPDX-License-Identifier: MIT

import type { Clock } from "../base/clock.ts";
import type { SessionCounters } from "./counters.ts";
import type { PublishOptions } from "./publish/publish-options.ts";
import type { MqttSessionOptions } from "./session/session-options.ts";
import { limitsOf } from "./session/session-setup.ts";
import type { SessionState } from "./session/session-state.ts";
import { SessionEngine } from "./session-engine.ts";
import type { SubscribeOptions, SubscriptionHandle } from "./subscribe/mqtt-message.ts";

/** From so old an unconfirmed packet on, the connection is behind, ms. */
const LATE = 2_000;

/**
 * MQTT delivery that outlives connections: it connects, comes back after a lost link, keeps what
 * was published meanwhile, and delivers QoS 1 at least once and QoS 2 exactly once in both
 * directions. No callback is made from inside a public call.
 *
 * Exactly once needs a broker that keeps the session. When it has lost it, messages that were not
 * confirmed are sent as new, and a QoS 2 message may arrive twice (`counters.restarted`).
 */
export class MqttSession {
  readonly #engine: SessionEngine;
  readonly #clock: Clock;
  /** Messages that the outbox takes. */
  readonly outboxCount: number;

  /** @throws MqttError for an illegal option, naming it; nothing has been sent then */
  constructor(options: MqttSessionOptions) {
    this.#engine = new SessionEngine(options);
    this.#clock = options.clock;
    this.outboxCount = limitsOf(options.limits).outboxCount;
  }

  /** What the session is doing. */
  get state(): SessionState {
    return this.#engine.state;
  }

  get counters(): Readonly<SessionCounters> {
    return this.#engine.counters;
  }

  /** Messages in the outbox: waiting to be sent, or not confirmed. */
  get outgoing(): number {
    return this.#engine.delivery.outgoing;
  }

  /**
   * True when what is published now will arrive late: there is no connection, or the broker has not
   * confirmed for two seconds.
   */
  get behind(): boolean {
    const { state, delivery } = this.#engine;
    if (state.kind !== "online") return true;
    const { oldest } = delivery;
    return oldest !== undefined && this.#clock.ticks() - oldest >= LATE;
  }

  /** Begins to connect; does nothing when it is running, starts again when it has stopped. */
  start(): void {
    this.#engine.start();
  }

  /**
   * Sends goodbye and DISCONNECT if connected and calls back once, after at most 1.5 s. The broker
   * does not publish the will then. Messages that are still waiting end as "stopped"; with a
   * `store`, those of QoS 1 and 2 go out after the next start.
   */
  stop(onStopped?: () => void): void {
    this.#engine.stop(onStopped);
  }

  /** The network is gone: drops the connection and tries nothing until `resume`. */
  suspend(): void {
    this.#engine.suspend();
  }

  /** The network is back: tries at once (within a second, not together with all other boards). */
  resume(): void {
    this.#engine.resume();
  }

  /**
   * Takes a message for delivery, connected or not; topic and payload are copied.
   * @returns false when there was no room and the policy is "reject" or "drop-newest"
   * @throws MqttError for an illegal topic, QoS or size; nothing has been taken then
   */
  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): boolean {
    return this.#engine.delivery.publish(topic, payload, options);
  }

  /**
   * Calls `onMessage` for every message whose topic matches; survives lost links and sessions. A
   * filter may be subscribed to several times; the broker is asked for the highest QoS of them.
   * @throws MqttError for an illegal filter or QoS, or too many filters
   */
  subscribe(filter: string, options: SubscribeOptions): SubscriptionHandle {
    return this.#engine.delivery.subscribe(filter, options);
  }
}

export type { PublishOptions } from "./publish/publish-options.ts";
export type { MqttSessionOptions } from "./session/session-options.ts";
export type { SessionState } from "./session/session-state.ts";
export type {
  MqttMessage,
  SubscribeOptions,
  SubscriptionHandle,
} from "./subscribe/mqtt-message.ts";
