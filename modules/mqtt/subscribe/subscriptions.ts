// SPDX-License-Identifier: MIT

import { utf8LengthOf } from "../../base/utf8.ts";
import type { QoS } from "../../ecma-419/mqtt-client.ts";
import { checkQoS } from "../codec/packet-length.ts";
import { faultOfFilter, localFilterOf, matches } from "../codec/topic-filter.ts";
import { illegal, MqttError } from "../mqtt-error.ts";
import type {
  MqttFragment,
  MqttMessage,
  SubscribeOptions,
  SubscriptionHandle,
} from "./mqtt-message.ts";

/** `granted` of a filter that has to be asked for, and of one whose answer is waited for. */
export const notAsked = -1;
export const isAsked = -2;

/** Who takes subscriptions back. */
export interface SubscriptionOwner {
  unsubscribe(subscription: Subscription): void;
}

/** One call of `subscribe`; several may have the same filter. */
export class Subscription implements SubscriptionHandle {
  readonly filter: string;
  /** Highest QoS wanted. */
  readonly QoS: QoS;
  readonly onMessage: (message: MqttMessage) => void;
  readonly onFragment: ((fragment: MqttFragment) => void) | undefined;
  readonly onGranted: ((granted: QoS | 0x80) => void) | undefined;
  readonly hasManualAck: boolean;
  /** The only topic that it wants; undefined with a wildcard. */
  readonly exact: string | undefined;
  /** With a wildcard: what all topics that match begin with. */
  readonly #start: string;
  readonly #owner: SubscriptionOwner;
  /** What the broker has granted to the filter: a QoS, 0x80, `notAsked` or `isAsked`. */
  granted = notAsked;
  isClosed = false;

  /** The filter and its QoS must be legal. */
  constructor(filter: string, options: SubscribeOptions, owner: SubscriptionOwner) {
    this.filter = filter;
    this.QoS = options.QoS ?? 0;
    this.onMessage = options.onMessage;
    this.onFragment = options.onFragment;
    this.onGranted = options.onGranted;
    this.hasManualAck = options.manualAck === true;
    const local = localFilterOf(filter);
    const wildcard = local.search(/[+#]/);
    this.exact = wildcard < 0 ? local : undefined;
    // "a/#" matches "a" too.
    this.#start = wildcard < 0 ? local : local.slice(0, wildcard).replace(/\/$/, "");
    this.#owner = owner;
  }

  /** True when it wants the messages of a legal topic. */
  wants(topic: string): boolean {
    if (this.isClosed) return false;
    if (this.exact !== undefined) return topic === this.exact;
    return topic.startsWith(this.#start) && matches(this.filter, topic);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#owner.unsubscribe(this);
  }
}

export interface SubscriptionsOptions {
  /** Most filters at the same time. */
  readonly limit: number;
  /** Longest filter, bytes. */
  readonly maxLength: number;
  readonly owner: SubscriptionOwner;
}

/**
 * All subscriptions of a session, in the order in which they were made. A board has few: a flat list
 * is smaller and faster than any index. The list is never changed but replaced, so that handlers may
 * subscribe and unsubscribe while it is walked through.
 */
export class Subscriptions {
  readonly #limit: number;
  readonly #maxLength: number;
  readonly #owner: SubscriptionOwner;
  /** All of them as they are now. Only this class replaces it. */
  list: readonly Subscription[] = [];
  /** Number of different filters. */
  #count = 0;

  constructor(options: SubscriptionsOptions) {
    this.#limit = options.limit;
    this.#maxLength = options.maxLength;
    this.#owner = options.owner;
  }

  /**
   * Adds a subscription. The broker has to be asked (again) for its filter, unless it is being asked
   * just now and the answer will do.
   * @throws MqttError for what is no filter, no handler, no QoS, or too long ("mqtt/illegal"), or over
   * the limit ("mqtt/full")
   */
  add(filter: string, options: SubscribeOptions): Subscription {
    this.check(filter, options);
    const others = this.withFilter(filter);
    if (others.length === 0 && this.#count >= this.#limit) throw full(this.#limit);
    const before = highestQoS(others);
    const added = new Subscription(filter, options, this.#owner);
    const isIncluded = others[0]?.granted === isAsked && added.QoS <= before;
    added.granted = isIncluded ? isAsked : notAsked;
    if (!isIncluded) for (const other of others) other.granted = notAsked;
    this.list = [...this.list, added];
    if (others.length === 0) this.#count++;
    return added;
  }

  /** Takes one out that is in; true when it was the last with its filter. */
  remove(subscription: Subscription): boolean {
    this.list = this.list.filter((other) => other !== subscription);
    const isLast = this.withFilter(subscription.filter).length === 0;
    if (isLast) this.#count--;
    return isLast;
  }

  /** All with a filter, written exactly so. */
  withFilter(filter: string): readonly Subscription[] {
    return this.list.filter((one) => one.filter === filter);
  }

  /** Highest QoS that is wanted of a filter. */
  QoSOf(filter: string): QoS {
    return highestQoS(this.withFilter(filter));
  }

  /** Why this is no filter that can be sent; undefined when it is one. */
  faultOf(filter: unknown): MqttError | undefined {
    if (typeof filter !== "string") return illegal("filter", "it is no text");
    const length = utf8LengthOf(filter);
    if (length > this.#maxLength) {
      return illegal("filter", `${length} bytes, at most ${this.#maxLength} fit the send buffer`);
    }
    const fault = faultOfFilter(filter);
    return fault && illegal("filter", fault.why, fault.statement);
  }

  private check(filter: unknown, options: unknown): void {
    const fault = this.faultOf(filter);
    if (fault) throw fault;
    const { onMessage, QoS } = (options ?? {}) as Readonly<Record<string, unknown>>;
    checkQoS(QoS, "QoS", "MQTT-3.8.3-4");
    if (typeof onMessage !== "function") throw illegal("onMessage", "it is no function");
  }
}

function highestQoS(subscriptions: readonly Subscription[]): QoS {
  let highest: QoS = 0;
  for (const { QoS } of subscriptions) if (QoS > highest) highest = QoS;
  return highest;
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
