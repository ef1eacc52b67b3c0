// SPDX-License-Identifier: MIT

import type { Clock } from "../../base/clock.ts";
import type { ControlInfo, MQTTClient, QoS, ReadableInfo } from "../../ecma-419/mqtt-client.ts";
import { type Ack, CONNACK, PINGRESP, PUBREL, SUBACK, UNSUBACK } from "../codec/packet.ts";
import type { SessionCounters } from "../counters.ts";
import type { MqttError } from "../mqtt-error.ts";
import { Journal } from "../publish/journal.ts";
import { Outcomes, type OutcomesOwner } from "../publish/outcomes.ts";
import type { OutgoingMessage } from "../publish/outgoing-message.ts";
import type { DroppedMessage, PublishOptions, PublishOutcome } from "../publish/publish-options.ts";
import {
  type Ending,
  MAYBE_OURS,
  NOT_OURS,
  OURS,
  Publisher,
  REFUSED,
} from "../publish/publisher.ts";
import type { SubscribeOptions, SubscriptionHandle } from "../subscribe/mqtt-message.ts";
import { Receiver, type ReceiverOwner } from "../subscribe/receiver.ts";
import {
  type RequestsOwner,
  requestOverhead,
  SubscriptionRequests,
} from "../subscribe/subscription-requests.ts";
import {
  type Subscription,
  type SubscriptionOwner,
  Subscriptions,
} from "../subscribe/subscriptions.ts";
import type { ConnectorOwner } from "./connector.ts";
import type { SessionLog } from "./session-log.ts";
import type { MqttSessionOptions, SessionLimits } from "./session-options.ts";

/** Who has the connections. */
export interface DeliveryOwner {
  clientStage(stage: "connecting" | "handshaking"): void;
  /** CONNACK. */
  clientAccepted(client: MQTTClient, sessionPresent: boolean): void;
  /** There is room, after `end`. */
  clientDrained(): void;
  clientClosed(): void;
  /** The connection has failed, or has to be made anew. */
  clientFailed(error: MqttError): void;
}

export interface DeliveryOptions {
  readonly session: MqttSessionOptions;
  readonly limits: Required<SessionLimits>;
  readonly counters: SessionCounters;
  readonly log: SessionLog;
  readonly owner: DeliveryOwner;
}

/**
 * Everything of a session that outlives its connections: messages both ways, subscriptions, and what
 * the application is notified of them. What its callbacks throw is contained and counted.
 *
 * Connections have it as their `target`, because nearly all that they bring are messages.
 */
export class Delivery
  implements ConnectorOwner, OutcomesOwner, ReceiverOwner, RequestsOwner, SubscriptionOwner
{
  readonly publisher: Publisher;
  readonly #clock: Clock;
  readonly #counters: SessionCounters;
  readonly #log: SessionLog;
  readonly #owner: DeliveryOwner;
  readonly #onDropped: ((message: DroppedMessage) => void) | undefined;
  readonly #outcomes: Outcomes;
  readonly #receiver: Receiver;
  readonly #subscriptions: Subscriptions;
  readonly #requests: SubscriptionRequests;
  #isConnected = false;
  /** SUBACK, UNSUBACK or PINGRESP has come on this connection. */
  #hasAnswer = false;
  /** Messages confirmed before this connection, and sent when it was looked at last. */
  #delivered = 0;
  #sent = 0;
  /** The broker has confirmed something since the last message that was given up. */
  #takesOthers = false;

  constructor(options: DeliveryOptions) {
    const { session, limits, counters, log } = options;
    const { clock, random, timers } = session;
    this.#clock = clock;
    this.#counters = counters;
    this.#log = log;
    this.#owner = options.owner;
    this.#onDropped = session.onDropped;
    const journal = journalOf(options);
    const outcomes = new Outcomes({
      timers,
      counters,
      journal,
      owner: this,
      reportsDrops: session.onDropped !== undefined,
    });
    this.#outcomes = outcomes;
    this.publisher = new Publisher({
      clock,
      random,
      counters,
      outcomes,
      journal,
      owner: log,
      limits,
    });
    const subscriptions = new Subscriptions({
      limit: limits.filters,
      maxLength: limits.sendBuffer - requestOverhead,
      owner: this,
    });
    this.#subscriptions = subscriptions;
    const { store } = session;
    this.#requests = new SubscriptionRequests({ clock, subscriptions, store, owner: this });
    this.#requests.isKept = session.clean !== true;
    this.#receiver = new Receiver({ clock, counters, subscriptions, owner: this, limits });
  }

  /** When the oldest packet that the broker has to answer was sent; ticks. */
  get oldest(): number | undefined {
    // While we do not read, by our own choice, the answer may be there already.
    if (this.#receiver.isPaused) return undefined;
    const message = this.publisher.oldest;
    const request = this.#requests.oldest;
    if (message === undefined || request === undefined) return message ?? request;
    return Math.min(message, request);
  }

  /** The broker has confirmed something on this connection. */
  get isConfirmed(): boolean {
    return this.#hasAnswer || this.#counters.delivered > this.#delivered;
  }

  /** The same, and that was a message when one waits for it. */
  get takesMessages(): boolean {
    const isWaiting = this.publisher.unconfirmed > 0;
    return this.#counters.delivered > this.#delivered || (this.#hasAnswer && !isWaiting);
  }

  /** The topic of what was sent in the last second or so; undefined when that was nothing. */
  get lastTopic(): string | undefined {
    return this.#counters.sent > this.#sent ? this.publisher.lastTopic : undefined;
  }

  /** Messages that wait or are not confirmed. */
  get outgoing(): number {
    return this.publisher.count;
  }

  /** QoS 1 and 2 messages that were sent and are not confirmed. */
  get unconfirmed(): number {
    return this.publisher.unconfirmed;
  }

  /** Takes over what an earlier life has left. */
  restore(): void {
    this.publisher.restore();
  }

  /** @throws MqttError when such a message can not be published */
  check(topic: string, payload: string | Uint8Array, options: PublishOptions): void {
    this.publisher.messageOf(topic, payload, options);
  }

  subscribe(filter: string, options: SubscribeOptions): SubscriptionHandle {
    const subscription = this.#subscriptions.add(filter, options);
    this.#log.onTopic(filter);
    this.#requests.subscribe(filter);
    this.pumpSoon();
    return subscription;
  }

  /** @throws MqttError for what is no filter; false: it is wanted here */
  unsubscribeFrom(filter: string): boolean {
    const fault = this.#subscriptions.faultOf(filter);
    if (fault) throw fault;
    if (this.#subscriptions.withFilter(filter).length > 0) return false;
    this.#requests.unsubscribe(filter);
    this.pumpSoon();
    return true;
  }

  connected(client: MQTTClient, isResumed: boolean): void {
    this.#isConnected = true;
    this.#hasAnswer = false;
    this.#delivered = this.#counters.delivered;
    this.publisher.isEnding = false;
    this.publisher.connected(client, isResumed);
    this.#receiver.connected(client, isResumed);
    this.#requests.connected(client, isResumed);
  }

  /** The connection has ended by itself, with this code. */
  lost(code: string): Ending {
    const hasRequest = this.#requests.oldest !== undefined;
    const isConfirmed = this.isConfirmed;
    if (isConfirmed) this.#takesOthers = true;
    const ending = this.endingOf(code);
    if (ending === NOT_OURS) return hasRequest ? MAYBE_OURS : NOT_OURS;
    if (ending === MAYBE_OURS) return MAYBE_OURS;
    // A broker that takes nothing at all has to be left in peace.
    const takesOthers = this.#takesOthers;
    if (ending === REFUSED) this.#takesOthers = isConfirmed;
    return takesOthers ? ending : MAYBE_OURS;
  }

  disconnected(): void {
    this.#isConnected = false;
    this.publisher.disconnected();
    this.#receiver.disconnected();
    this.#requests.disconnected();
  }

  /** The broker that was left has nothing to do any more with what follows. */
  moved(isClean: boolean): void {
    this.publisher.moved();
    this.#requests.isKept = !isClean;
  }

  /** From now on only what goes before all others is sent. */
  end(): void {
    this.publisher.isEnding = true;
    this.pump();
  }

  /** Writes what there is room for. */
  pump(): void {
    const { publisher } = this;
    if (this.#receiver.hasWork) this.#receiver.pump();
    if (publisher.hasWork) publisher.pumpFirst();
    if (publisher.isEnding) return;
    const requests = this.#requests;
    if (requests.hasWork && !publisher.isWriting) {
      if (!requests.isCareful || !publisher.isBusy) requests.pump();
      // What is on its way is waited for, and nothing new is sent.
      else return;
    }
    if (publisher.hasWork) publisher.pump();
  }

  /** Deadlines and expiry, about once a second; true: once more soon, in a turn of its own. */
  tick(now: number): boolean {
    if (this.#isConnected) this.#receiver.tick();
    this.#sent = this.#counters.sent;
    return this.publisher.tick(now);
  }

  /** The session has stopped: messages that are not in the journal end here. */
  stop(): void {
    this.publisher.stop();
    this.#outcomes.flush();
  }

  // --- what its connection notifies it of

  /**
   * A message, or a part of it. What handlers publish is sent when they have returned: from inside
   * of them it would need twice the stack.
   */
  clientReadable(client: MQTTClient, info: ReadableInfo): void {
    this.publisher.isHeld = true;
    this.#receiver.readable(client, info);
    this.publisher.isHeld = false;
    if (this.publisher.hasWork || this.#requests.hasWork) this.pump();
  }

  clientWritable(): void {
    this.pump();
    if (this.publisher.isEnding) this.#owner.clientDrained();
  }

  clientControl(client: MQTTClient, info: ControlInfo): void {
    const operation = info.operation;
    if (operation === CONNACK) {
      this.#owner.clientAccepted(client, info.sessionPresent === true);
      return;
    }
    this.#hasAnswer = true;
    if (operation === PINGRESP) this.publisher.onPong();
    else if (operation === SUBACK && info.payload) this.#requests.onSuback(info.id, info.payload);
    else if (operation === UNSUBACK) this.#requests.onUnsuback(info.id);
    this.pump();
  }

  clientAck(client: MQTTClient, operation: Ack, id: number): void {
    const publisher = this.publisher;
    if (operation === PUBREL) this.#receiver.onPubrel(client, id);
    else publisher.onAck(operation, id);
    if (publisher.hasWork || this.#requests.hasWork || this.#receiver.hasWork) this.pump();
  }

  clientSkipped(byteLength: number): void {
    this.#counters.oversize++;
    this.#log.oversize("", byteLength);
  }

  clientStage(stage: "connecting" | "handshaking"): void {
    this.#owner.clientStage(stage);
  }

  clientClosed(): void {
    this.#owner.clientClosed();
  }

  clientFailed(error: MqttError): void {
    this.#owner.clientFailed(error);
  }

  /** Handlers are contained already, so this is a fault of the host; no handler is running then. */
  clientFault(error: unknown): void {
    this.publisher.isHeld = false;
    this.onFault(error);
  }

  // --- what its parts notify it of

  onEnded(message: OutgoingMessage, outcome: PublishOutcome): void {
    const { topic, QoS, since, onDone } = message;
    try {
      onDone?.(outcome);
    } catch (error) {
      this.onFault(error);
    }
    if (outcome === "sent" || outcome === "delivered" || outcome === "stopped") return;
    const onDropped = this.#onDropped;
    try {
      onDropped?.({ topic, QoS, outcome, age: this.#clock.ticks() - since });
    } catch (error) {
      this.onFault(error);
    }
  }

  onGranted(subscriptions: readonly Subscription[], QoS: QoS, granted: QoS | 0x80): void {
    const filter = subscriptions[0]?.filter ?? "";
    if (granted === 0x80) this.#log.refused(filter);
    else if (granted < QoS) this.#log.lowered(filter, QoS, granted);
    for (const one of subscriptions) {
      if (one.isClosed) continue;
      try {
        one.onGranted?.(granted);
      } catch (error) {
        this.onFault(error);
      }
    }
  }

  requestId(): number {
    return this.publisher.requestId();
  }

  unsubscribe(subscription: Subscription): void {
    if (!this.#subscriptions.remove(subscription)) return;
    this.#requests.unsubscribe(subscription.filter);
    this.pumpSoon();
  }

  onUnmatched(topic: string): void {
    this.#counters.unmatched++;
    this.#log.unmatched(topic);
  }

  onOversize(topic: string, byteLength: number): void {
    this.#log.oversize(topic, byteLength);
  }

  onError(error: MqttError): void {
    this.#owner.clientFailed(error);
  }

  onStoreError(error: unknown): void {
    this.#log.onStoreError(error);
  }

  onFault(error: unknown): void {
    this.#counters.faults++;
    this.#log.fault(error);
  }

  private endingOf(code: string): Ending {
    const requests = this.#requests;
    const isAlone = requests.isCareful && requests.oldest !== undefined;
    if (code !== "mqtt/lost") return this.publisher.lost(code);
    const isRefused = requests.lost();
    if (isAlone) return isRefused ? REFUSED : OURS;
    return this.publisher.lost(code);
  }

  private pumpSoon(): void {
    if (!this.publisher.isHeld) this.pump();
  }
}

function journalOf({ session, counters, log }: DeliveryOptions): Journal | undefined {
  const { store } = session;
  if (!store) return undefined;
  const { age = 5_000, count = 32, perHour = 120 } = session.journal ?? {};
  return new Journal({ store, counters, owner: log, age, count, perHour });
}
