// SPDX-License-Identifier: MIT

import type { QoS } from "../../ecma-419/mqtt-client.ts";
import { faultOfFilter } from "../codec/topic-filter.ts";
import { illegal, MqttError } from "../mqtt-error.ts";
import { TopicTree } from "./topic-tree.ts";

/** One wanted filter. */
export interface Subscription<Handler> {
  readonly filter: string;
  readonly handler: Handler;
  /** Highest QoS that is wanted. */
  readonly QoS: QoS;
  /**
   * What the broker granted, for the session to set: a QoS, SUBSCRIBE_REFUSED (0x80), or undefined
   * while it is not known.
   */
  granted: number | undefined;
  /** False once it was removed. */
  readonly active: boolean;
}

export interface SubscriptionsOptions {
  /** Most filters at the same time; default 32. */
  readonly limit?: number | undefined;
}

type Entry<Handler> = {
  -readonly [Key in keyof Subscription<Handler>]: Subscription<Handler>[Key];
};

/** What one message needs: the filters that match and the handlers that were called. */
interface Lists<Handler> {
  readonly found: Entry<Handler>[];
  readonly called: Handler[];
}

/**
 * All wanted filters of a session and the way from a topic to their handlers. The filters form a
 * tree by level, so that the cost of a message grows with the depth of its topic, not with the
 * number of filters. Filters that a broker refused stay, with their `granted`, until removed.
 */
export class Subscriptions<Handler> {
  readonly #limit: number;
  readonly #entries = new Map<string, Entry<Handler>>();
  readonly #tree = new TopicTree<Entry<Handler>>();
  // Used again for each message, except by a dispatch inside a dispatch.
  #lists: Lists<Handler> | undefined;

  constructor(options: SubscriptionsOptions = {}) {
    this.#limit = options.limit ?? 32;
  }

  /** Number of filters. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Adds a filter. The same filter again replaces handler and QoS, as it does at the broker
   * [MQTT-3.8.4-3]; what was granted stays until the new answer. Throws an MqttError for an illegal
   * filter or QoS (code "mqtt/illegal") or over the limit ("mqtt/full").
   */
  add(filter: string, QoS: QoS, handler: Handler): Subscription<Handler> {
    const fault = faultOfFilter(filter);
    if (fault) throw illegal("filter", fault.why, fault.statement);
    if (QoS !== 0 && QoS !== 1 && QoS !== 2) {
      throw illegal("QoS", "it is none of 0, 1, 2", "MQTT-3.8.3-4");
    }
    let entry = this.#entries.get(filter);
    if (entry) {
      entry.QoS = QoS;
      entry.handler = handler;
      return entry;
    }
    if (this.#entries.size >= this.#limit) throw full(this.#limit);
    entry = { filter, QoS, handler, granted: undefined, active: true };
    this.#entries.set(filter, entry);
    this.#tree.add(filter, entry);
    return entry;
  }

  /** The filter, written exactly so. */
  get(filter: string): Subscription<Handler> | undefined {
    return this.#entries.get(filter);
  }

  /** Removes a filter; false when it was not there. */
  remove(filter: string): boolean {
    const entry = this.#entries.get(filter);
    if (!entry) return false;
    entry.active = false;
    this.#entries.delete(filter);
    this.#tree.remove(filter, entry);
    return true;
  }

  /** Removes all. */
  clear(): void {
    for (const entry of this.#entries.values()) entry.active = false;
    this.#entries.clear();
    this.#tree.clear();
  }

  /** Forgets what was granted: for a new session, where every filter has to be subscribed again. */
  forgetGranted(): void {
    for (const entry of this.#entries.values()) entry.granted = undefined;
  }

  /** All, in the order in which they were added; for subscribing again. */
  all(): IterableIterator<Subscription<Handler>> {
    return this.#entries.values();
  }

  /**
   * Calls `visit` with the handler of every filter that matches, in no special order; a handler of
   * several matching filters once. Returns how many. Handlers may add, remove, clear or dispatch:
   * what is removed before its turn is not called, what is added is not called for this message.
   * When `visit` throws, the rest is not called.
   */
  dispatch(topic: string, visit: (handler: Handler) => void): number {
    const lists = this.#lists ?? { found: [], called: [] };
    this.#lists = undefined;
    try {
      return visitAll(lists, this.#tree.find(topic, lists.found), visit);
    } finally {
      this.#lists = lists;
    }
  }
}

function visitAll<Handler>(
  lists: Lists<Handler>,
  count: number,
  visit: (handler: Handler) => void,
): number {
  const { found, called } = lists;
  let calls = 0;
  for (let i = 0; i < count; i++) {
    const { active, handler } = found[i] as Entry<Handler>;
    if (!active || includes(called, calls, handler)) continue;
    called[calls++] = handler;
    visit(handler);
  }
  return calls;
}

function includes<Handler>(called: Handler[], count: number, handler: Handler): boolean {
  for (let i = 0; i < count; i++) {
    if (called[i] === handler) return true;
  }
  return false;
}

function full(limit: number): MqttError {
  return new MqttError({
    code: "mqtt/full",
    what: "no room for another subscription",
    why: `${limit} filters are subscribed, the limit`,
    todo: "remove one, or use a wildcard",
    argument: "filter",
  });
}
