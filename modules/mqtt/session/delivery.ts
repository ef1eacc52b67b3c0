// SPDX-License-Identifier: MIT

import type { ControlInfo, ReadableInfo } from "../client/client-options.ts";
import type { MqttClient } from "../client/mqtt-client.ts";
import { PUBACK, PUBCOMP, PUBREL, SUBACK, UNSUBACK } from "../codec/packet.ts";
import type { SessionCounters } from "../counters.ts";
import type { MqttError } from "../mqtt-error.ts";
import { Journal } from "../publish/journal.ts";
import { Outcomes } from "../publish/outcomes.ts";
import { outgoingFacts, type PublishBounds } from "../publish/outgoing-facts.ts";
import type { OutgoingFacts } from "../publish/outgoing-message.ts";
import type { PublishOptions } from "../publish/publish-options.ts";
import { Outgoing } from "../publish/publisher.ts";
import type { SubscribeOptions, SubscriptionHandle } from "../subscribe/mqtt-message.ts";
import { Incoming } from "../subscribe/receiver.ts";
import type { Subscriber } from "../subscribe/subscriber.ts";
import { SubscriptionRequests } from "../subscribe/subscription-requests.ts";
import { Subscriptions } from "../subscribe/subscriptions.ts";
import { ApplicationCalls } from "./application-calls.ts";
import type { SessionLog } from "./session-log.ts";
import type { MqttSessionOptions, QoS, SessionLimits } from "./session-options.ts";
import { boundsOf } from "./session-setup.ts";

export interface SessionDeliveryOptions {
  readonly session: MqttSessionOptions;
  readonly limits: Required<SessionLimits>;
  readonly counters: SessionCounters;
  readonly log: SessionLog;
  /** The connection has to be made anew. */
  readonly onError: (error: MqttError) => void;
}

/** Everything of a session that outlives its connections: messages both ways, subscriptions. */
export class SessionDelivery {
  readonly #options: SessionDeliveryOptions;
  readonly #bounds: PublishBounds;
  readonly #calls: ApplicationCalls;
  readonly #outcomes: Outcomes;
  readonly #outgoing: Outgoing;
  readonly #incoming: Incoming;
  readonly #subscriptions: Subscriptions<Subscriber[]>;
  readonly #requests: SubscriptionRequests;
  #connected = false;
  /** Inside a callback of the client. */
  #inside = false;
  /** Something was published or subscribed there. */
  #due = false;
  /** Only what goes before all others is still sent. */
  #ending = false;

  constructor(options: SessionDeliveryOptions) {
    this.#options = options;
    const { session, limits, counters, log } = options;
    const { clock, random, timers } = session;
    const calls = new ApplicationCalls({ session, counters, log });
    this.#bounds = boundsOf(limits);
    this.#calls = calls;
    this.#outcomes = new Outcomes({ timers, tell: (message, how) => calls.ended(message, how) });
    this.#outgoing = new Outgoing({
      clock,
      random,
      counters,
      outcomes: this.#outcomes,
      journal: this.#journal(),
      count: limits.outboxCount,
      bytes: limits.outboxBytes,
      window: limits.window,
      sendBuffer: limits.sendBuffer,
    });
    this.#subscriptions = new Subscriptions({ limit: limits.filters });
    this.#requests = new SubscriptionRequests({
      clock,
      subscriptions: this.#subscriptions,
      requestId: () => this.#outgoing.requestId(),
      onGranted: (entry, granted) => calls.granted(entry, granted),
      onError: options.onError,
    });
    this.#incoming = new Incoming({
      clock,
      counters,
      subscriptions: this.#subscriptions,
      largest: limits.message,
      unacknowledged: limits.unacknowledged,
      ackDeadline: limits.ackDeadline,
      onUnmatched: (topic) => {
        counters.unmatched++;
        log.unmatched(topic);
      },
      onOversize: (topic, byteLength) => log.oversize(topic, byteLength),
      onFault: (error) => calls.fault(error),
      onError: options.onError,
    });
  }

  /** When the oldest packet that the broker has to answer was sent; ticks. */
  get oldest(): number | undefined {
    // While we do not read, by our own choice, the answer may be there already.
    if (this.#incoming.paused) return undefined;
    const message = this.#outgoing.oldest;
    const request = this.#requests.oldest;
    if (message === undefined || request === undefined) return message ?? request;
    return Math.min(message, request);
  }

  /** Messages that wait or are not confirmed. */
  get outgoing(): number {
    return this.#outgoing.count;
  }

  /** Takes over what an earlier life has left. */
  restore(): void {
    this.#outgoing.restore();
  }

  publish(topic: string, payload: string | Uint8Array, options: PublishOptions): boolean {
    const { session, log } = this.#options;
    const since = session.clock.ticks();
    const facts = outgoingFacts({ topic, payload, since }, options, this.#bounds);
    log.check(topic);
    const taken = this.#outgoing.publish(facts, options.policy ?? "drop-oldest");
    this.#pumpSoon();
    return taken;
  }

  /** Birth, goodbye: sent before all others when connected, forgotten with the connection. */
  publishFirst(facts: OutgoingFacts): void {
    this.#outgoing.publishFirst(facts);
  }

  subscribe(filter: string, options: SubscribeOptions): SubscriptionHandle {
    this.#requests.check(filter, options, this.#options.limits.sendBuffer);
    const list = this.#subscriptions.get(filter)?.handler ?? [];
    const subscriber: Subscriber = { options: { ...options }, closed: false };
    const entry = this.#subscriptions.add(filter, highest([...list, subscriber]), list);
    list.push(subscriber);
    this.#options.log.check(filter);
    this.#requests.want(entry);
    this.#pumpSoon();
    return { filter, close: () => this.#unsubscribe(filter, subscriber) };
  }

  connected(client: MqttClient, resumed: boolean): void {
    this.#connected = true;
    this.#ending = false;
    this.#outgoing.connected(client, resumed);
    this.#incoming.connected(client, resumed);
    this.#requests.connected(client, resumed);
  }

  disconnected(): void {
    this.#connected = false;
    this.#outgoing.disconnected();
    this.#incoming.disconnected();
    this.#requests.disconnected();
  }

  /**
   * A message, or a part of it. What handlers publish is sent when they have returned: from inside
   * of them it would need twice the stack.
   */
  readable(client: MqttClient, info: ReadableInfo): void {
    this.#inside = true;
    try {
      this.#incoming.readable(client, info);
    } finally {
      this.#inside = false;
    }
    this.#pumpIfDue();
  }

  /** Any packet but CONNACK and messages. */
  control(client: MqttClient, { operation, id, payload }: ControlInfo): void {
    if (operation === PUBREL) this.#incoming.released(client, id);
    else if (operation === SUBACK && payload) this.#requests.granted(id, payload);
    else if (operation === UNSUBACK) this.#requests.left(id);
    else if (operation >= PUBACK && operation <= PUBCOMP)
      this.#outgoing.acknowledged(operation, id);
  }

  /** From now on only what goes before all others is sent. */
  end(): void {
    this.#ending = true;
    this.pump();
  }

  /** Writes what there is room for. */
  pump(): void {
    this.#incoming.pump();
    this.#outgoing.pumpFirst();
    if (this.#ending) return;
    if (!this.#outgoing.writing) this.#requests.pump();
    this.#outgoing.pump();
  }

  /** Deadlines and expiry; to be called about once a second. */
  tick(): void {
    this.#outgoing.tick(this.#options.session.clock.ticks());
    if (this.#connected) this.#incoming.tick();
  }

  /** The session has stopped: messages that are not in the journal end here. */
  stop(): void {
    this.#outgoing.stop();
    this.#outcomes.tellAll();
  }

  /** A callback of the application has thrown. */
  fault(error: unknown): void {
    this.#calls.fault(error);
  }

  #pumpSoon(): void {
    this.#due = true;
    if (!this.#inside) this.#pumpIfDue();
  }

  #pumpIfDue(): void {
    if (!this.#due) return;
    this.#due = false;
    this.pump();
  }

  #journal(): Journal | undefined {
    const { session, counters, log } = this.#options;
    const { store } = session;
    if (!store) return undefined;
    const { age = 5_000, count = 32, perHour = 120 } = session.journal ?? {};
    const onError = (error: unknown) => log.store(error);
    return new Journal({ store, counters, age, count, perHour, onError });
  }

  #unsubscribe(filter: string, subscriber: Subscriber): void {
    if (subscriber.closed) return;
    subscriber.closed = true;
    const entry = this.#subscriptions.get(filter);
    const at = entry?.handler.indexOf(subscriber) ?? -1;
    if (!entry || at < 0) return;
    entry.handler.splice(at, 1);
    if (entry.handler.length > 0) return;
    this.#subscriptions.remove(filter);
    this.#requests.leave(filter);
    this.#pumpSoon();
  }
}

function highest(subscribers: readonly Subscriber[]): QoS {
  let QoS: QoS = 0;
  for (const { options } of subscribers) if ((options.QoS ?? 0) > QoS) QoS = options.QoS ?? 0;
  return QoS;
}
