// SPDX-License-Identifier: MIT

import type { Clock } from "../../base/clock.ts";
import { utf8LengthOf } from "../../base/utf8.ts";
import type { KeyValueDomain } from "../../ecma-419/key-value.ts";
import type { MQTTClient, QoS } from "../../ecma-419/mqtt-client.ts";
import { SUBSCRIBE, SUBSCRIBE_REFUSED, UNSUBSCRIBE } from "../codec/packet.ts";
import { connectionError } from "../connection-error.ts";
import type { MqttError } from "../mqtt-error.ts";
import { readFilters, writeFilters } from "./filter-record.ts";
import { FilterRefusals } from "./filter-refusals.ts";
import { isAsked, notAsked, type Subscription, type Subscriptions } from "./subscriptions.ts";

/** Most filters in one packet. */
const maxBatch = 8;
/** Bytes of a request beside its filters, and of one filter beside its text, at most. */
const requestSize = 7;
const filterSize = 3;
/** Bytes of a request with one filter beside its text. */
export const requestOverhead = requestSize + filterSize;
/** Most filters that wait to be given up; the broker goes on sending what is behind them. */
const maxLeaving = 32;

/** A filter in a SUBSCRIBE, with the QoS that is asked for. */
interface AskedFilter {
  readonly topic: string;
  readonly QoS: QoS;
}

/** Who asks for subscriptions. */
export interface RequestsOwner {
  /** A packet id that is not in use. */
  requestId(): number;
  /** The broker has answered for a filter; `QoS` was asked for. */
  onGranted(subscriptions: readonly Subscription[], QoS: QoS, granted: QoS | 0x80): void;
  /** The connection has to be made anew. */
  onError(error: MqttError): void;
  /** The store has failed; the subscriptions live on in memory. */
  onStoreError(error: unknown): void;
}

export interface SubscriptionRequestsOptions {
  readonly clock: Clock;
  readonly subscriptions: Subscriptions;
  readonly owner: RequestsOwner;
  /** Has the record of the filters; undefined: nobody knows them after a restart. */
  readonly store: KeyValueDomain | undefined;
}

/**
 * Keeps the broker's subscriptions as the application wants them, one request at a time. What only an
 * earlier life wanted is given up at the first connection.
 */
export class SubscriptionRequests {
  readonly #clock: Clock;
  readonly #subscriptions: Subscriptions;
  readonly #owner: RequestsOwner;
  readonly #store: KeyValueDomain | undefined;
  #client: MQTTClient | undefined;
  /** Packet id of the request that is not answered; 0: there is none. */
  #id = 0;
  #sentAt = 0;
  /** What that request asks for, or the filter of an UNSUBSCRIBE. */
  #asked: readonly AskedFilter[] | string | undefined;
  #leaving: string[] = [];
  /** Connections have ended at requests; undefined: none did. */
  #refusals: FilterRefusals | undefined;
  /** An earlier life has left something that is not given up yet; undefined before the first look. */
  #hasPast: boolean | undefined;
  /** The broker keeps the filters between two connections. */
  isKept = true;
  /** A request waits to be written. Only this class sets it. */
  hasWork = false;

  constructor(options: SubscriptionRequestsOptions) {
    this.#clock = options.clock;
    this.#subscriptions = options.subscriptions;
    this.#owner = options.owner;
    this.#store = options.store;
  }

  /** When the request that is not answered was sent; ticks. */
  get oldest(): number | undefined {
    return this.#id === 0 ? undefined : this.#sentAt;
  }

  /** One filter is asked for at a time, with nothing on its way before: the last connection ended at one. */
  get isCareful(): boolean {
    return this.#refusals !== undefined;
  }

  /**
   * The broker has ended the connection with a request that it has not answered. True when it has ended
   * so many at that filter that it is taken for refused.
   */
  lost(): boolean {
    const asked = this.#asked;
    if (this.#id === 0 || asked === undefined) return false;
    if (!this.#refusals) {
      this.#refusals = new FilterRefusals();
      return false;
    }
    const [filter, QoS] =
      typeof asked === "string" ? [asked, 0 as const] : [asked[0]?.topic ?? "", asked[0]?.QoS ?? 0];
    if (!this.#refusals.isEnough(filter, this.#clock.ticks())) return false;
    this.#asked = undefined;
    const refused = this.#subscriptions.withFilter(filter);
    for (const one of refused) one.granted = SUBSCRIBE_REFUSED;
    if (refused.length > 0) this.#owner.onGranted(refused, QoS, SUBSCRIBE_REFUSED);
    return true;
  }

  /** The filter is wanted, again or with another QoS. */
  subscribe(filter: string): void {
    this.#leaving = this.#leaving.filter((other) => other !== filter);
    this.look();
  }

  /** The filter is not wanted any more. */
  unsubscribe(filter: string): void {
    if (this.#leaving.length < maxLeaving) this.#leaving.push(filter);
    this.look();
  }

  connected(client: MQTTClient, isResumed: boolean): void {
    this.#client = client;
    if (!isResumed) this.#leaving = [];
    if (this.#hasPast === undefined) this.leavePast();
    for (const one of this.#subscriptions.list) {
      // What was refused is tried once for each connection: rights may have been given meanwhile.
      // RabbitMQ 3.10 keeps a session without its filters of QoS 0, and says that it has resumed it.
      const isKept = isResumed && one.granted !== SUBSCRIBE_REFUSED && one.granted !== 0;
      if (this.#refusals?.rests(one.filter, this.#clock.ticks())) one.granted = SUBSCRIBE_REFUSED;
      else if (!isKept) one.granted = notAsked;
    }
    this.look();
  }

  disconnected(): void {
    const asked = this.#asked;
    this.#client = undefined;
    this.#id = 0;
    this.#asked = undefined;
    // Nobody knows whether the UNSUBSCRIBE has arrived.
    if (typeof asked === "string" && !this.isWanted(asked)) this.unsubscribe(asked);
    this.hasWork = false;
    for (const one of this.#subscriptions.list) {
      if (one.granted === isAsked) one.granted = notAsked;
    }
  }

  /** Sends the next request if it can. */
  pump(): void {
    const client = this.#client;
    if (!client || !this.hasWork) return;
    const room = client.writable;
    if (room < requestSize) return;
    this.hasWork = this.#leaving.length > 0;
    const asked = this.nextFilters(room - requestSize);
    // All were answered.
    if (!this.hasWork && this.#refusals?.isEmpty) this.#refusals = undefined;
    if (asked.length > 0) this.askFor(client, asked);
    else if (this.#leaving.length > 0) this.giveUp(client, room);
  }

  onSuback(id: number, codes: Uint8Array): void {
    const asked = this.#asked;
    if (this.#id !== id || typeof asked !== "object") return;
    this.#id = 0;
    this.#asked = undefined;
    this.look();
    if (codes.length !== asked.length) {
      this.#owner.onError(connectionError("mqtt/wrong-suback"));
      return;
    }
    for (let i = 0; i < asked.length; i++) {
      const { topic, QoS } = asked[i] as AskedFilter;
      const code = (codes[i] ?? SUBSCRIBE_REFUSED) as QoS | 0x80;
      this.#refusals?.clear(topic);
      // Those that were changed meanwhile are asked for once more.
      const answered = this.#subscriptions
        .withFilter(topic)
        .filter(({ granted }) => granted === isAsked);
      for (const one of answered) one.granted = code;
      if (answered.length > 0) this.#owner.onGranted(answered, QoS, code);
    }
  }

  onUnsuback(id: number): void {
    if (this.#id !== id || typeof this.#asked !== "string") return;
    this.#id = 0;
    this.#asked = undefined;
    this.look();
    if (this.#hasPast !== true || this.#leaving.length > 0) return;
    this.#hasPast = false;
    this.writeRecord();
  }

  /** Gives up what the broker may have for us and nobody here wants. */
  private leavePast(): void {
    const past = this.readRecord()?.filter((filter) => !this.isWanted(filter)) ?? [];
    this.#hasPast = past.length > 0;
    for (const filter of past) if (!this.#subscriptions.faultOf(filter)) this.unsubscribe(filter);
  }

  private isWanted(filter: string): boolean {
    return this.#subscriptions.list.some((one) => one.filter === filter);
  }

  private readRecord(): string[] | undefined {
    try {
      return this.#store && this.isKept ? readFilters(this.#store) : undefined;
    } catch (error) {
      this.#owner.onStoreError(error);
      return undefined;
    }
  }

  /** All that the broker may have from now on. */
  private writeRecord(): void {
    const filters = [...this.#subscriptions.list.map(({ filter }) => filter), ...this.#leaving];
    try {
      if (this.#store && this.isKept) writeFilters(this.#store, [...new Set(filters)]);
    } catch (error) {
      this.#owner.onStoreError(error);
    }
  }

  /** There may be something to ask for, unless an answer has to come first. */
  private look(): void {
    this.hasWork = this.#client !== undefined && this.#id === 0;
  }

  /** So many filters in a packet. */
  private get batch(): number {
    return this.#refusals ? 1 : maxBatch;
  }

  private nextFilters(room: number): AskedFilter[] {
    const asked: AskedFilter[] = [];
    let left = room;
    for (const { filter, granted } of this.#subscriptions.list) {
      if (granted !== notAsked || asked.some(({ topic }) => topic === filter)) continue;
      this.hasWork = true;
      left -= utf8LengthOf(filter) + filterSize;
      if (left < 0 || asked.length === this.batch) break;
      asked.push({ topic: filter, QoS: this.#subscriptions.QoSOf(filter) });
    }
    return asked;
  }

  private askFor(client: MQTTClient, asked: readonly AskedFilter[]): void {
    for (const { topic } of asked) {
      for (const one of this.#subscriptions.withFilter(topic)) one.granted = isAsked;
    }
    this.#asked = asked;
    const known = this.readRecord();
    if (known && asked.some(({ topic }) => !known.includes(topic))) this.writeRecord();
    this.send(client, SUBSCRIBE, asked);
  }

  private giveUp(client: MQTTClient, room: number): void {
    const filter = this.#leaving[0];
    if (filter === undefined || utf8LengthOf(filter) + requestOverhead > room) return;
    this.#leaving.shift();
    this.#asked = filter;
    this.send(client, UNSUBSCRIBE, [{ topic: filter }]);
  }

  private send(
    client: MQTTClient,
    operation: number,
    items: readonly { readonly topic: string; readonly QoS?: QoS }[],
  ): void {
    this.#id = this.#owner.requestId();
    this.#sentAt = this.#clock.ticks();
    this.hasWork = false;
    client.write(undefined, { operation, id: this.#id, items });
  }
}
