// SPDX-License-Identifier: MIT

import type { Clock } from "../../base/clock.ts";
import { utf8LengthOf } from "../../base/utf8.ts";
import type { QoS } from "../../ecma-419/mqtt-client.ts";
import type { MqttClient } from "../client/mqtt-client.ts";
import { SUBSCRIBE, SUBSCRIBE_REFUSED, UNSUBSCRIBE } from "../codec/packet.ts";
import { checkQoS } from "../codec/packet-length.ts";
import { connectionError } from "../connection-error.ts";
import { illegal, type MqttError } from "../mqtt-error.ts";
import type { Subscriber } from "./subscriber.ts";
import type { Subscription, Subscriptions } from "./subscriptions.ts";

/** Most filters in one packet. */
const BATCH = 8;
/** Bytes of a request beside its filters, and of one filter beside its text, at most. */
const REQUEST_SIZE = 7;
const FILTER_SIZE = 3;
/** Most filters that wait to be given up; the broker goes on sending what is behind them. */
const MOST_LEAVING = 32;

type Entry = Subscription<Subscriber[]>;

interface Request {
  readonly id: number;
  readonly sentAt: number;
  /** SUBSCRIBE: the filters with the QoS that was asked for; undefined for UNSUBSCRIBE. */
  readonly asked: readonly { readonly entry: Entry; readonly QoS: QoS }[] | undefined;
}

export interface SubscriptionRequestsOptions {
  readonly clock: Clock;
  readonly subscriptions: Subscriptions<Subscriber[]>;
  /** A packet id that is not in use. */
  readonly requestId: () => number;
  /** The broker has answered for a filter. */
  readonly onGranted: (entry: Entry, granted: QoS | typeof SUBSCRIBE_REFUSED) => void;
  /** The connection has to be made anew. */
  readonly onError: (error: MqttError) => void;
}

/** Keeps the broker's subscriptions as the application wants them, one request at a time. */
export class SubscriptionRequests {
  readonly #options: SubscriptionRequestsOptions;
  #client: MqttClient | undefined;
  #request: Request | undefined;
  #leaving: string[] = [];
  /** Everything that is wanted has been asked for: nothing to look through after each packet. */
  #settled = false;

  constructor(options: SubscriptionRequestsOptions) {
    this.#options = options;
  }

  /** @throws MqttError for what is no filter, no handler, no QoS, or would never fit into the send buffer */
  check(filter: unknown, options: unknown, sendBuffer: number): void {
    if (typeof filter !== "string") throw illegal("filter", "it is no text");
    const { onMessage, QoS } = (options ?? {}) as Readonly<Record<string, unknown>>;
    checkQoS(QoS, "QoS", "MQTT-3.8.3-4");
    if (typeof onMessage !== "function") throw illegal("onMessage", "it is no function");
    const length = utf8LengthOf(filter) + FILTER_SIZE + REQUEST_SIZE;
    if (length > sendBuffer) throw illegal("filter", `${length} bytes exceed the send buffer`);
  }

  /** When the request that is not answered was sent; ticks. */
  get oldest(): number | undefined {
    return this.#request?.sentAt;
  }

  /** The filter is wanted, again or with another QoS. */
  want(entry: Entry): void {
    this.#settled = false;
    entry.granted = undefined;
    this.#leaving = this.#leaving.filter((filter) => filter !== entry.filter);
  }

  /** The filter is not wanted any more. */
  leave(filter: string): void {
    this.#settled = false;
    if (this.#leaving.length < MOST_LEAVING) this.#leaving.push(filter);
  }

  connected(client: MqttClient, resumed: boolean): void {
    this.#client = client;
    this.#settled = false;
    const { subscriptions } = this.#options;
    if (!resumed) {
      this.#leaving = [];
      subscriptions.forgetGranted();
    }
    // What was refused is tried once for each connection: rights may have been given meanwhile.
    for (const entry of subscriptions.all()) {
      if (entry.granted === SUBSCRIBE_REFUSED) entry.granted = undefined;
    }
  }

  disconnected(): void {
    this.#client = undefined;
    this.#request = undefined;
  }

  /** Sends the next request if it can. */
  pump(): void {
    const client = this.#client;
    if (!client || this.#request !== undefined || this.#settled) return;
    if (client.writable < REQUEST_SIZE) return;
    this.#settled = this.#leaving.length === 0;
    const asked = this.#wanted(client.writable - REQUEST_SIZE);
    if (asked.length > 0) this.#subscribe(client, asked);
    else if (this.#leaving.length > 0) this.#unsubscribe(client);
  }

  /** SUBACK. */
  granted(id: number, codes: Uint8Array): void {
    const asked = this.#request?.asked;
    if (this.#request?.id !== id || !asked) return;
    this.#request = undefined;
    if (codes.length !== asked.length) {
      this.#options.onError(connectionError("mqtt/wrong-suback"));
      return;
    }
    for (const [i, { entry, QoS }] of asked.entries()) {
      const code = (codes[i] ?? SUBSCRIBE_REFUSED) as QoS | typeof SUBSCRIBE_REFUSED;
      if (!entry.active) continue;
      // Changed meanwhile: it is asked for once more.
      if (entry.QoS === QoS) entry.granted = code;
      this.#options.onGranted(entry, code);
    }
    this.pump();
  }

  /** UNSUBACK. */
  left(id: number): void {
    if (this.#request?.id !== id || this.#request.asked) return;
    this.#request = undefined;
    this.pump();
  }

  #wanted(room: number): { entry: Entry; QoS: QoS }[] {
    const asked: { entry: Entry; QoS: QoS }[] = [];
    let left = room;
    for (const entry of this.#options.subscriptions.all()) {
      if (entry.granted !== undefined) continue;
      this.#settled = false;
      left -= utf8LengthOf(entry.filter) + FILTER_SIZE;
      if (left < 0 || asked.length === BATCH) break;
      asked.push({ entry, QoS: entry.QoS });
    }
    return asked;
  }

  #subscribe(client: MqttClient, asked: { entry: Entry; QoS: QoS }[]): void {
    const items = asked.map(({ entry, QoS }) => ({ topic: entry.filter, QoS }));
    const id = this.#options.requestId();
    client.write(undefined, { operation: SUBSCRIBE, id, items });
    this.#request = { id, asked, sentAt: this.#options.clock.ticks() };
  }

  #unsubscribe(client: MqttClient): void {
    const filter = this.#leaving[0];
    if (filter === undefined) return;
    if (utf8LengthOf(filter) + FILTER_SIZE + REQUEST_SIZE > client.writable) return;
    this.#leaving.shift();
    const id = this.#options.requestId();
    client.write(undefined, { operation: UNSUBSCRIBE, id, items: [{ topic: filter }] });
    this.#request = { id, asked: undefined, sentAt: this.#options.clock.ticks() };
  }
}
