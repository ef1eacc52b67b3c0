// SPDX-License-Identifier: MIT

import type { Clock } from "../../base/clock.ts";
import type { ReadableInfo } from "../client/client-options.ts";
import type { MqttClient } from "../client/mqtt-client.ts";
import { writeAck } from "../client/mqtt-client.ts";
import { PUBACK, PUBCOMP, PUBREC } from "../codec/packet.ts";
import { connectionError } from "../connection-error.ts";
import type { SessionCounters } from "../counters.ts";
import type { MqttError } from "../mqtt-error.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { MessageHead } from "./message-head.ts";
import { PendingAcks } from "./pending-acks.ts";
import { IncomingDeliveries } from "./received-ids.ts";
import type { Subscriber } from "./subscriber.ts";
import type { Subscriptions } from "./subscriptions.ts";

export interface IncomingOptions {
  readonly clock: Clock;
  readonly counters: SessionCounters;
  readonly subscriptions: Subscriptions<Subscriber[]>;
  /** Largest message that is delivered in one piece, bytes. */
  readonly largest: number;
  /** Messages that may wait for `ack`. */
  readonly unacknowledged: number;
  /** ms */
  readonly ackDeadline: number;
  readonly onUnmatched: (topic: string) => void;
  readonly onOversize: (topic: string, byteLength: number) => void;
  readonly onFault: (error: unknown) => void;
  /** The connection has to be made anew. */
  readonly onError: (error: MqttError) => void;
}

/** Received messages: put together, handed on once, acknowledged when they have been dealt with. */
export class Incoming {
  readonly #options: IncomingOptions;
  readonly #buffer: Uint8Array;
  readonly #known = new IncomingDeliveries();
  readonly #acks: PendingAcks;
  readonly #dispatcher: Dispatcher;
  #client: MqttClient | undefined;
  #head: MessageHead | undefined;
  #filled = 0;
  #paused = false;
  /** When a QoS 2 message came that cannot be remembered; ticks. */
  #overflow: number | undefined;
  /** Acknowledgements that found no room. */
  #owed: MessageHead[] = [];

  constructor(options: IncomingOptions) {
    this.#options = options;
    this.#buffer = new Uint8Array(options.largest);
    const { clock, subscriptions, unacknowledged, ackDeadline, onUnmatched, onFault } = options;
    const acks = new PendingAcks({
      clock,
      limit: unacknowledged,
      deadline: ackDeadline,
      onAcknowledged: (head, current) => this.#acknowledged(head, current),
    });
    this.#acks = acks;
    this.#dispatcher = new Dispatcher({ subscriptions, acks, onUnmatched, onFault });
  }

  /** True while nothing is read because handlers have yet to call `ack`. */
  get paused(): boolean {
    return this.#paused;
  }

  connected(client: MqttClient, resumed: boolean): void {
    this.#client = client;
    this.#known.connected();
    if (!resumed) {
      this.#known.clear();
      this.#acks.clear();
    }
  }

  disconnected(): void {
    this.#client = undefined;
    this.#head = undefined;
    this.#paused = false;
    this.#overflow = undefined;
    this.#owed = [];
    this.#acks.disconnected();
  }

  /** The client's `onReadable`. */
  readable(client: MqttClient, info: ReadableInfo): void {
    if (info.topic !== undefined && !this.#begin(client, info as MessageHead)) return;
    const head = this.#head;
    if (!head || !this.#take(client, head)) return;
    this.#head = undefined;
    if (head.byteLength <= this.#buffer.length) this.#deliver(head);
    else this.#acknowledge(head);
    this.#pauseOrGoOn();
  }

  /** PUBREL: the broker has forgotten the id, so do we [MQTT-4.3.3-2]. */
  released(client: MqttClient, id: number): void {
    this.#known.delete(id);
    this.#acks.forget(id);
    writeAck(client, PUBCOMP, id);
    // What found no room is repeated on the next connection.
    if (this.#overflow !== undefined && this.#known.count === 0) this.#startOver();
  }

  /** There is room to write. */
  pump(): void {
    const client = this.#client;
    if (!client || this.#owed.length === 0) return;
    const owed = this.#owed;
    this.#owed = [];
    for (const head of owed) this.#acknowledge(head);
  }

  /** Looks after the deadlines of `ack`. */
  tick(): void {
    const { clock, ackDeadline } = this.#options;
    if (this.#overflow !== undefined && clock.ticks() - this.#overflow >= ackDeadline) {
      this.#startOver();
      return;
    }
    const head = this.#acks.overdue();
    if (!head || !this.#client) return;
    this.#options.counters.lateAcks++;
    // Only a new connection makes the broker send it again.
    if (head.QoS === 2) this.#known.delete(head.id);
    this.#acks.forget(head.id);
    this.#options.onError(connectionError("mqtt/ack-deadline"));
  }

  /** False when the message is not for the handlers, now or ever. */
  #begin(client: MqttClient, head: MessageHead): boolean {
    const { topic, QoS, id, byteLength } = head;
    const { counters, largest, onOversize } = this.#options;
    const phase = QoS === 2 ? this.#known.phase(id) : "unknown";
    if (phase !== "unknown") {
      counters.repeated++;
      this.#known.repeated(id);
      if (phase === "pending") this.#acks.renew(id);
      // With PUBREC, unless its handler has yet to call `ack`.
      client.skip(phase === "done");
      return false;
    }
    if (QoS === 2 && !this.#remembers()) {
      client.skip(false);
      return false;
    }
    counters.received++;
    this.#filled = 0;
    this.#head = head;
    if (byteLength <= largest || this.#dispatcher.takesFragments(topic)) return true;
    counters.oversize++;
    this.#head = undefined;
    client.skip(true);
    onOversize(topic, byteLength);
    return false;
  }

  // From the first that finds no room on none is taken: they keep their order.
  #remembers(): boolean {
    if (this.#known.full) this.#known.forgetReleased();
    if (this.#known.full) this.#overflow ??= this.#options.clock.ticks();
    return this.#overflow === undefined;
  }

  #startOver(): void {
    this.#overflow = undefined;
    this.#options.onError(connectionError("mqtt/window-exceeded"));
  }

  /** Reads what is there; true when the message is complete. */
  #take(client: MqttClient, head: MessageHead): boolean {
    const whole = head.byteLength <= this.#buffer.length;
    for (;;) {
      const from = whole ? this.#filled : 0;
      const count = client.read(from === 0 ? this.#buffer : this.#buffer.subarray(from));
      if (count === 0) return this.#filled === head.byteLength;
      const offset = this.#filled;
      this.#filled += count;
      if (!whole) this.#dispatcher.fragment(head, this.#buffer.subarray(0, count), offset);
    }
  }

  #deliver(head: MessageHead): void {
    // Known before the handler runs: should the link break meanwhile, the repetition is recognized.
    if (head.QoS === 2) this.#known.set(head.id, "pending");
    const done = this.#dispatcher.deliver(head, this.#buffer.subarray(0, head.byteLength));
    if (!done || head.QoS === 0) return;
    if (head.QoS === 2) this.#known.set(head.id, "done");
    this.#acknowledge(head);
  }

  #acknowledged(head: MessageHead, current: boolean): void {
    if (head.QoS === 2) this.#known.set(head.id, "done");
    if (current) this.#acknowledge(head);
    this.#pauseOrGoOn();
  }

  #acknowledge(head: MessageHead): void {
    const client = this.#client;
    if (!client || head.QoS === 0) return;
    if (head.QoS === 2) this.#known.set(head.id, "done");
    const operation = head.QoS === 1 ? PUBACK : PUBREC;
    // In order: nothing overtakes what is owed already.
    if (this.#owed.length > 0 || !writeAck(client, operation, head.id)) this.#owed.push(head);
  }

  // The next messages wait in the network until handlers have called `ack`.
  #pauseOrGoOn(): void {
    if (this.#paused === this.#acks.full) return;
    this.#paused = this.#acks.full;
    this.#client?.pause(this.#paused);
  }
}
