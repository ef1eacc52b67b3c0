// SPDX-License-Identifier: MIT

import type { MqttMessage, SubscribeOptions, SubscriptionHandle } from "./mqtt-message.ts";
import type { PublishOptions } from "./publish-options.ts";
import { SessionCounters } from "./session-counters.ts";
import type { MqttSessionOptions } from "./session-options.ts";
import type { SessionState } from "./session-state.ts";

/**
 * MQTT delivery that outlives connections: it connects, comes back after a lost link, keeps what
 * was published meanwhile, and delivers QoS 1 at least once and QoS 2 exactly once in both
 * directions. No callback is made from inside a public call.
 */
export class MqttSession {
  readonly #counters = new SessionCounters();
  #state: SessionState = { kind: "idle" };

  /** @throws MqttError for an illegal option, naming it; nothing has been sent then */
  constructor(_options: MqttSessionOptions) {}

  /** What the session is doing. */
  get state(): SessionState {
    return this.#state;
  }

  get counters(): Readonly<SessionCounters> {
    return this.#counters;
  }

  /** Begins to connect; allowed once, and again after it has stopped. */
  start(): void {}

  /**
   * Sends goodbye and DISCONNECT if connected and calls back once, after at most 1.5 s. The will is
   * not published by the broker then.
   */
  stop(_onStopped?: () => void): void {}

  /** The network is gone: drops the connection and tries nothing until `resume`. */
  suspend(): void {}

  /** The network is back: tries at once (within a second, not together with all other boards). */
  resume(): void {}

  /**
   * Takes a message for delivery, connected or not; topic and payload are copied.
   * @returns false when there was no room and the policy is "reject" or "drop-newest"
   * @throws MqttError for an illegal topic, QoS or size; nothing has been taken then
   */
  publish(_topic: string, _payload: string | Uint8Array, _options?: PublishOptions): boolean {
    return true;
  }

  /**
   * Calls `onMessage` for every message whose topic matches; survives lost links and sessions.
   * @throws MqttError for an illegal filter or QoS
   */
  subscribe(_filter: string, _options: SubscribeOptions): SubscriptionHandle {
    return { filter: _filter, close() {} };
  }
}

export type { MqttMessage, MqttSessionOptions, PublishOptions, SessionState, SubscriptionHandle };
