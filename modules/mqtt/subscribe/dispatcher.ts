// SPDX-License-Identifier: MIT

import type { MessageHead, MqttMessage } from "./mqtt-message.ts";
import type { PendingAck, PendingAcks } from "./pending-acks.ts";
import type { Subscription, Subscriptions } from "./subscriptions.ts";

/** Who is notified of what handlers do. */
export interface DispatcherOwner {
  /** Nobody wants this message. */
  onUnmatched(topic: string): void;
  /** A handler has thrown. */
  onFault(error: unknown): void;
}

export interface DispatcherOptions {
  readonly subscriptions: Subscriptions;
  readonly acks: PendingAcks;
  readonly owner: DispatcherOwner;
}

/** Calls the handlers of a received message; what they throw is contained. */
export class Dispatcher {
  readonly #subscriptions: Subscriptions;
  readonly #acks: PendingAcks;
  readonly #owner: DispatcherOwner;

  constructor(options: DispatcherOptions) {
    this.#subscriptions = options.subscriptions;
    this.#acks = options.acks;
    this.#owner = options.owner;
  }

  /** Hands a message on; false when a handler has yet to call `ack`. */
  deliver(head: MessageHead, payload: Uint8Array): boolean {
    const topic = head.topic;
    const message: MqttMessage = {
      topic,
      payload,
      QoS: head.QoS,
      retain: head.retain,
      duplicate: head.duplicate,
      id: head.id,
    };
    const list = this.#subscriptions.list;
    let pending: PendingAck | undefined;
    let isWanted = false;
    for (let i = 0; i < list.length; i++) {
      const one = list[i] as Subscription;
      // Most filters have no wildcard: not a call for each of them.
      if (one.exact === topic ? one.isClosed : one.exact !== undefined || !one.wants(topic)) {
        continue;
      }
      isWanted = true;
      try {
        if (one.hasManualAck && head.QoS > 0) {
          pending ??= this.#acks.add(head);
          this.callWithAck(one, message, this.#acks.ackFor(pending));
        } else one.onMessage(message);
      } catch (error) {
        this.#owner.onFault(error);
      }
    }
    if (!isWanted) this.#owner.onUnmatched(topic);
    return pending === undefined || this.#acks.settle(pending);
  }

  /** True when somebody takes messages on this topic piece by piece. */
  takesFragments(topic: string): boolean {
    return this.#subscriptions.list.some((one) => one.onFragment && one.wants(topic));
  }

  /** Hands a piece of a message on. */
  fragment(head: MessageHead, bytes: Uint8Array, offset: number): void {
    const { topic, retain, duplicate, byteLength: total } = head;
    const fragment = { topic, bytes, offset, total, retain, duplicate };
    for (const one of this.#subscriptions.list) {
      if (!one.onFragment || !one.wants(topic)) continue;
      try {
        one.onFragment(fragment);
      } catch (error) {
        this.#owner.onFault(error);
      }
    }
  }

  private callWithAck(one: Subscription, message: MqttMessage, ack: () => void): void {
    try {
      one.onMessage({ ...message, ack });
    } catch (error) {
      this.#owner.onFault(error);
      // Or a message that no handler can take would come again for ever.
      ack();
    }
  }
}
