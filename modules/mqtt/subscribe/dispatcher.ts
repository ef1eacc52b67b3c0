// SPDX-License-Identifier: MIT

import type { MessageHead } from "./message-head.ts";
import type { MqttFragment, MqttMessage } from "./mqtt-message.ts";
import type { PendingAck, PendingAcks } from "./pending-acks.ts";
import type { Subscriber } from "./subscriber.ts";
import type { Subscriptions } from "./subscriptions.ts";

export interface DispatcherOptions {
  readonly subscriptions: Subscriptions<Subscriber[]>;
  readonly acks: PendingAcks;
  /** Nobody wants this message. */
  readonly onUnmatched: (topic: string) => void;
  /** A handler has thrown. */
  readonly onFault: (error: unknown) => void;
}

/** Calls the handlers of a received message; what they throw is contained. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  // Fields instead of a closure for each message: no message is handed on inside another one.
  #head: MessageHead | undefined;
  #message: MqttMessage | undefined;
  #pending: PendingAck | undefined;
  #fragment: MqttFragment | undefined;
  #takers = 0;
  readonly #visit = (subscribers: Subscriber[]) => this.#callAll(subscribers);
  readonly #visitFragment = (subscribers: Subscriber[]) => this.#callFragment(subscribers);
  readonly #count = (subscribers: Subscriber[]) => {
    for (const { options } of subscribers) if (options.onFragment) this.#takers++;
  };

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Hands a message on; false when a handler has yet to call `ack`. */
  deliver(head: MessageHead, payload: Uint8Array): boolean {
    const { topic, QoS, retain, duplicate, id } = head;
    this.#head = head;
    this.#message = { topic, payload, QoS, retain, duplicate, id };
    this.#pending = undefined;
    if (this.#options.subscriptions.dispatch(topic, this.#visit) === 0) {
      this.#options.onUnmatched(topic);
    }
    const pending = this.#pending;
    this.#message = undefined;
    return pending === undefined || this.#options.acks.settle(pending);
  }

  /** True when somebody takes messages on this topic piece by piece. */
  takesFragments(topic: string): boolean {
    this.#takers = 0;
    this.#options.subscriptions.dispatch(topic, this.#count);
    return this.#takers > 0;
  }

  /** Hands a piece of a message on. */
  fragment(head: MessageHead, bytes: Uint8Array, offset: number): void {
    const { topic, retain, duplicate, byteLength: total } = head;
    this.#fragment = { topic, bytes, offset, total, retain, duplicate };
    this.#options.subscriptions.dispatch(topic, this.#visitFragment);
    this.#fragment = undefined;
  }

  #callAll(subscribers: Subscriber[]): void {
    // A copy only where a handler may change the list while it is being walked.
    const list = subscribers.length > 1 ? [...subscribers] : subscribers;
    for (const subscriber of list) if (!subscriber.closed) this.#call(subscriber);
  }

  #call({ options }: Subscriber): void {
    const head = this.#head;
    const message = this.#message;
    if (!head || !message) return;
    let ack: (() => void) | undefined;
    if (options.manualAck && head.QoS > 0) {
      this.#pending ??= this.#options.acks.add(head);
      ack = this.#options.acks.ackFor(this.#pending);
    }
    try {
      options.onMessage(ack ? { ...message, ack } : message);
    } catch (error) {
      this.#options.onFault(error);
      // Or a message that no handler can take would come again for ever.
      ack?.();
    }
  }

  #callFragment(subscribers: Subscriber[]): void {
    for (const { options, closed } of [...subscribers]) {
      if (closed || !this.#fragment) continue;
      try {
        options.onFragment?.(this.#fragment);
      } catch (error) {
        this.#options.onFault(error);
      }
    }
  }
}
