// SPDX-License-Identifier: MIT

import type { Clock } from "../../base/clock.ts";
import type { MQTTClient, ReadableInfo } from "../../ecma-419/mqtt-client.ts";
import { PUBACK, PUBCOMP, PUBREC } from "../codec/packet.ts";
import { connectionError } from "../connection-error.ts";
import type { SessionCounters } from "../counters.ts";
import type { MqttError } from "../mqtt-error.ts";
import { Dispatcher, type DispatcherOwner } from "./dispatcher.ts";
import type { MessageHead } from "./mqtt-message.ts";
import { PendingAcks, type PendingAcksOwner } from "./pending-acks.ts";
import { ReceivedPacketIds } from "./received-ids.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** Who is notified of what happens to received messages. */
export interface ReceiverOwner extends DispatcherOwner {
  onOversize(topic: string, byteLength: number): void;
  /** The connection has to be made anew. */
  onError(error: MqttError): void;
}

export interface ReceiverOptions {
  readonly clock: Clock;
  readonly counters: SessionCounters;
  readonly subscriptions: Subscriptions;
  readonly owner: ReceiverOwner;
  readonly limits: {
    /** Largest message that is delivered in one piece, bytes. */
    readonly message: number;
    /** Messages that may wait for `ack`. */
    readonly unacknowledged: number;
    /** ms */
    readonly ackDeadline: number;
  };
}

/** Received messages: put together, handed on once, acknowledged when they have been dealt with. */
export class Receiver implements PendingAcksOwner {
  readonly #clock: Clock;
  readonly #counters: SessionCounters;
  readonly #owner: ReceiverOwner;
  readonly #ackDeadline: number;
  readonly #buffer: Uint8Array;
  readonly #known = new ReceivedPacketIds();
  readonly #acks: PendingAcks;
  readonly #dispatcher: Dispatcher;
  #client: MQTTClient | undefined;
  /** The message that arrives just now, in pieces. */
  #head: MessageHead | undefined;
  #filled = 0;
  #isPaused = false;
  /** When a QoS 2 message came that cannot be remembered; ticks. */
  #overflow: number | undefined;
  /** Acknowledgements that found no room. */
  #owed: MessageHead[] = [];
  /** Acknowledgements wait for room. Only the receiver sets it. */
  hasWork = false;

  constructor(options: ReceiverOptions) {
    const { clock, subscriptions, owner, limits } = options;
    this.#clock = clock;
    this.#counters = options.counters;
    this.#owner = owner;
    this.#ackDeadline = limits.ackDeadline;
    this.#buffer = new Uint8Array(limits.message);
    const acks = new PendingAcks({
      clock,
      owner: this,
      limit: limits.unacknowledged,
      deadline: limits.ackDeadline,
    });
    this.#acks = acks;
    this.#dispatcher = new Dispatcher({ subscriptions, acks, owner });
  }

  /** True while nothing is read because handlers have yet to call `ack`. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  connected(client: MQTTClient, isResumed: boolean): void {
    this.#client = client;
    this.#known.connected();
    if (!isResumed) {
      this.#known.clear();
      this.#acks.clear();
    }
  }

  disconnected(): void {
    this.#client = undefined;
    this.#head = undefined;
    this.#isPaused = false;
    this.#overflow = undefined;
    this.#owed = [];
    this.hasWork = false;
    this.#acks.disconnected();
  }

  /** The client's `onReadable`. */
  readable(client: MQTTClient, info: ReadableInfo): void {
    if (info.QoS === 2 || info.more || info.topic === undefined) {
      this.readPiece(client, info);
      return;
    }
    const byteLength = info.byteLength as number;
    if (byteLength > this.#buffer.length) {
      this.readPiece(client, info);
      return;
    }
    // The straight way: all of it has arrived.
    this.#counters.received++;
    const count = client.read(this.#buffer);
    if (count < byteLength) {
      this.#filled = count;
      this.#head = info as MessageHead;
    } else if (
      this.#dispatcher.deliver(info as MessageHead, this.#buffer.subarray(0, byteLength))
    ) {
      if (info.QoS === 1) this.acknowledge(info as MessageHead);
    } else this.pauseOrGoOn();
  }

  /** PUBREL: the broker has forgotten the id, so do we [MQTT-4.3.3-2]. */
  onPubrel(client: MQTTClient, id: number): void {
    this.#known.delete(id);
    this.#acks.forget(id);
    client.acknowledge(PUBCOMP, id);
    // What found no room is repeated on the next connection.
    if (this.#overflow !== undefined && this.#known.count === 0) this.startOver();
  }

  /** There is room to write. */
  pump(): void {
    if (!this.#client) return;
    const owed = this.#owed;
    this.#owed = [];
    this.hasWork = false;
    for (const head of owed) this.acknowledge(head);
  }

  /** Looks after the deadlines of `ack`. */
  tick(): void {
    if (this.#overflow !== undefined && this.#clock.ticks() - this.#overflow >= this.#ackDeadline) {
      this.startOver();
      return;
    }
    const head = this.#acks.overdue();
    if (!head || !this.#client) return;
    this.#counters.lateAcks++;
    // Only a new connection makes the broker send it again.
    if (head.QoS === 2) this.#known.delete(head.id);
    this.#acks.forget(head.id);
    this.#owner.onError(connectionError("mqtt/ack-deadline"));
  }

  /** Handlers have called `ack`, later than in the callback. */
  onAcknowledged(head: MessageHead, isCurrent: boolean): void {
    if (head.QoS === 2) this.#known.set(head.id, "done");
    if (isCurrent) this.acknowledge(head);
    this.pauseOrGoOn();
  }

  private readPiece(client: MQTTClient, info: ReadableInfo): void {
    if (info.topic === undefined) {
      // There is none at the end of a message that was read already.
      if (this.#head) this.readOn(client, this.#head);
      return;
    }
    const head = info as MessageHead;
    if (head.QoS === 2 && !this.isNew(client, head.id)) return;
    this.#counters.received++;
    this.#filled = 0;
    const isWhole = head.byteLength <= this.#buffer.length;
    if (isWhole || this.wantsPieces(client, head)) this.readOn(client, head);
  }

  /** A message that is too large for the buffer: false when nobody wants it, it is skipped then. */
  private wantsPieces(client: MQTTClient, { topic, byteLength }: MessageHead): boolean {
    if (this.#dispatcher.takesFragments(topic)) return true;
    this.#counters.oversize++;
    client.skip(true);
    this.#owner.onOversize(topic, byteLength);
    return false;
  }

  /** QoS 2: false for a repetition, and for what cannot be remembered; it is skipped then. */
  private isNew(client: MQTTClient, id: number): boolean {
    const phase = this.#known.phase(id);
    if (phase === "unknown") {
      if (this.remembers()) return true;
      client.skip(false);
      return false;
    }
    this.#counters.repeated++;
    this.#known.repeated(id);
    if (phase === "pending") this.#acks.renew(id);
    // With PUBREC, unless its handler has yet to call `ack`.
    client.skip(phase === "done");
    return false;
  }

  // From the first that finds no room on none is taken: they keep their order.
  private remembers(): boolean {
    if (this.#known.isFull) this.#known.forgetReleased();
    if (this.#known.isFull) this.#overflow ??= this.#clock.ticks();
    return this.#overflow === undefined;
  }

  private startOver(): void {
    this.#overflow = undefined;
    this.#owner.onError(connectionError("mqtt/window-exceeded"));
  }

  /** Reads what is there of a message that arrives in pieces; the last one completes it. */
  private readOn(client: MQTTClient, head: MessageHead): void {
    const { byteLength } = head;
    const buffer = this.#buffer;
    const isWhole = byteLength <= buffer.length;
    this.#head = head;
    while (this.#filled < byteLength) {
      const offset = this.#filled;
      const count = client.read(isWhole && offset > 0 ? buffer.subarray(offset) : buffer);
      if (count === 0) return;
      this.#filled += count;
      if (!isWhole) this.#dispatcher.fragment(head, buffer.subarray(0, count), offset);
    }
    this.#head = undefined;
    if (isWhole) this.deliver(head);
    else this.acknowledge(head);
  }

  private deliver(head: MessageHead): void {
    const { QoS } = head;
    // Known before the handler runs: should the link break meanwhile, the repetition is recognized.
    if (QoS === 2) this.#known.set(head.id, "pending");
    const isDone = this.#dispatcher.deliver(head, this.#buffer.subarray(0, head.byteLength));
    if (!isDone) this.pauseOrGoOn();
    else if (QoS > 0) this.acknowledge(head);
  }

  private acknowledge(head: MessageHead): void {
    const { QoS, id } = head;
    // With QoS 2 also when there is no connection: it must not be handed on again.
    if (QoS === 2) this.#known.set(id, "done");
    const client = this.#client;
    if (!client || QoS === 0) return;
    // In order: nothing overtakes what is owed already.
    if (!this.hasWork && client.acknowledge(QoS === 1 ? PUBACK : PUBREC, id)) return;
    this.#owed.push(head);
    this.hasWork = true;
  }

  // The next messages wait in the network until handlers have called `ack`.
  private pauseOrGoOn(): void {
    const { isFull } = this.#acks;
    if (this.#isPaused === isFull) return;
    this.#isPaused = isFull;
    this.#client?.pause(isFull);
  }
}
