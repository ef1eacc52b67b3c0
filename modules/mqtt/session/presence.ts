// SPDX-License-Identifier: MIT

import { type OutgoingFacts, withDone } from "../publish/outgoing-message.ts";
import type { SessionDelivery } from "./delivery.ts";
import type { MqttSessionOptions, SessionLimits } from "./session-options.ts";
import { statusFacts } from "./session-setup.ts";
import { StatusKeeper } from "./status-keeper.ts";

export interface SessionStatusOptions {
  readonly session: MqttSessionOptions;
  readonly limits: Required<SessionLimits>;
  readonly delivery: SessionDelivery;
  /** The birth is repeated, because something else stood on its topic. */
  readonly onRepeat: (topic: string) => void;
}

/** What a session says of itself: birth, goodbye, and the guard between them. */
export class SessionStatus {
  readonly #delivery: SessionDelivery;
  readonly #birth: OutgoingFacts | undefined;
  readonly #goodbye: OutgoingFacts | undefined;
  readonly #keeper: StatusKeeper | undefined;

  /** @throws MqttError when birth or goodbye is not legal */
  constructor(options: SessionStatusOptions) {
    const { session, limits, delivery } = options;
    this.#delivery = delivery;
    this.#birth = session.birth && statusFacts(session.birth, limits);
    this.#goodbye = session.goodbye && statusFacts(session.goodbye, limits);
    this.#keeper = this.#birth && this.#guard(this.#birth, options);
  }

  /** Connected: the birth goes before everything else. */
  connected(): void {
    if (this.#birth) this.#delivery.publishFirst(this.#birth);
    this.#keeper?.connected();
  }

  /** The connection is gone, or about to be: the guard rests. */
  rest(): void {
    this.#keeper?.disconnected();
  }

  /** Sends the goodbye before everything else; false when there is none. */
  goodbye(onDone: () => void): boolean {
    if (!this.#goodbye) return false;
    this.#delivery.publishFirst(withDone(this.#goodbye, onDone));
    return true;
  }

  /** A subscription of our own to the status topic. */
  #guard(birth: OutgoingFacts, options: SessionStatusOptions): StatusKeeper | undefined {
    const { guardBirth = true, will, clock, timers } = options.session;
    const { topic, payload, QoS, retain } = birth;
    if (!guardBirth || will?.topic !== topic) return undefined;
    const onRepeat = () => {
      options.onRepeat(topic);
      this.#delivery.publish(topic, payload, { QoS, retain, policy: "latest" });
    };
    const keeper = new StatusKeeper({ clock, timers, birth, onRepeat });
    // QoS 0: what another client said while we were away is overruled by the birth anyway, and must
    // not wait for us at the broker.
    this.#delivery.subscribe(topic, { QoS: 0, onMessage: (message) => keeper.seen(message) });
    return keeper;
  }
}
