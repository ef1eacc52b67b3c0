// SPDX-License-Identifier: MIT

import type { QoS } from "../ecma-419/mqtt-client.ts";

/** One wanted filter. */
export interface Subscription<Handler> {
  readonly filter: string;
  readonly handler: Handler;
  /** Highest QoS that is wanted. */
  readonly QoS: QoS;
  /** What the broker granted: a QoS, SUBSCRIBE_REFUSED (0x80), or undefined while it is not known. */
  granted: number | undefined;
  /** False once it was removed or replaced. */
  readonly active: boolean;
}

export interface SubscriptionsOptions {
  /** Most filters at the same time; default 32. */
  readonly limit?: number | undefined;
}

/**
 * All wanted filters of a session and the way from a topic to their handlers. The filters form a
 * tree by level, so that the cost of a message grows with the depth of its topic, not with the
 * number of filters. Filters that a broker refused stay, with their `granted`, until removed.
 */
export class Subscriptions<Handler> {
  constructor(_options: SubscriptionsOptions = {}) {}

  /** Number of filters. */
  get size(): number {
    return 0;
  }

  /**
   * Adds a filter. The same filter again replaces handler and QoS, as it does at the broker
   * [MQTT-3.8.4-3]. Throws an MqttError for an illegal filter or QoS, or over the limit.
   */
  add(_filter: string, _QoS: QoS, _handler: Handler): Subscription<Handler> {
    throw new Error("not written yet");
  }

  get(_filter: string): Subscription<Handler> | undefined {
    return undefined;
  }

  /** Removes a filter; false when it was not there. */
  remove(_filter: string): boolean {
    return false;
  }

  /** Removes all. */
  clear(): void {}

  /** Forgets what was granted: for a new session, where every filter has to be subscribed again. */
  forgetGranted(): void {}

  /** All, in the order in which they were added; for subscribing again. */
  all(): IterableIterator<Subscription<Handler>> {
    return [][Symbol.iterator]();
  }

  /**
   * Calls `visit` with the handler of every filter that matches; a handler of several matching
   * filters once. Returns how many. Handlers may add, remove, clear, or dispatch: what is removed
   * before its turn is not called, what is added is not called for this message.
   */
  dispatch(_topic: string, _visit: (handler: Handler) => void): number {
    return 0;
  }
}
