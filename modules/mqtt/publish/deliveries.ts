// SPDX-License-Identifier: MIT

import { LARGEST_ID } from "../codec/packet.ts";
import type { Outbox } from "./outbox.ts";
import {
  BEGUN,
  mostEndings,
  type OutgoingMessage,
  RELEASED,
  SENT,
  TO_RELEASE,
  TO_SEND,
  WAITING,
} from "./outgoing-message.ts";

/** A broker that confirms nothing for so long is sent one message more, ms. */
export const patience = 2_000;

/**
 * QoS 1 and 2 messages from their first byte on the network to their confirmation, in the order of
 * publication, and the packet ids. On each new connection all of them are to be sent; what has been
 * written on it is on its way.
 *
 * A broker refuses a message by ending the connection [MQTT-3.3.5-2]. So each connection begins with
 * one message alone, and has one more on its way for each that was confirmed, up to the window. Then
 * the one that stands alone when a connection ends is the one that it has ended for.
 */
export class Deliveries {
  readonly #list: OutgoingMessage[] = [];
  /** Those that are to be sent on this connection. */
  #unsent = 0;
  /** PUBRECs so far. */
  #releases = 0;
  readonly #window: number;
  /** Messages that may be on their way just now. */
  #limit = 1;
  /** Something was confirmed on this connection, beside birth and goodbye. */
  isProven = false;
  #lastId: number;
  #request = 0;

  /**
   * `lastId`: the id given out last, 0–65,535; a random one keeps two lives of a board apart.
   * `window`: largest number of messages on their way.
   */
  constructor(lastId: number, window: number) {
    this.#lastId = lastId;
    this.#window = window;
  }

  get count(): number {
    return this.#list.length;
  }

  /** True when no more may be sent until something is confirmed. */
  get isFull(): boolean {
    return this.#list.length - this.#unsent >= this.#limit;
  }

  /** True while something is on its way. */
  get isBusy(): boolean {
    return this.#list.length > this.#unsent;
  }

  /** The packet id that was given out last. */
  get lastId(): number {
    return this.#lastId;
  }

  /** True while no more than one message may be on its way. */
  get isOneByOne(): boolean {
    return this.#limit === 1;
  }

  /** All of them, in order. */
  get all(): readonly OutgoingMessage[] {
    return this.#list;
  }

  /** A packet id for a message; none that one in the outbox has. */
  nextId(outbox: Pick<Outbox, "has">): number {
    const list = this.#list;
    let id = this.#lastId;
    // Far fewer than 65,535 are in use: there is always a free one.
    do id = id >= LARGEST_ID ? 1 : id + 1;
    while (id === this.#request || (list.length > 0 && this.indexOf(id) >= 0) || outbox.has(id));
    this.#lastId = id;
    return id;
  }

  /** A packet id for a request that is not a message; taken until the next is asked for. */
  requestId(outbox: Pick<Outbox, "has">): number {
    this.#request = 0;
    this.#request = this.nextId(outbox);
    return this.#request;
  }

  /** Adds one that an earlier life has begun. */
  restore(message: OutgoingMessage): void {
    this.#list.push(message);
    this.#unsent++;
  }

  /** The first byte of a message is being written, but not the last. */
  begun(message: OutgoingMessage): void {
    if (message.state !== WAITING) this.#unsent--;
    else if (message.isFirst) this.#list.unshift(message);
    else this.#list.push(message);
    message.state = BEGUN;
  }

  /** A message, or its PUBREL, is being written to its end. */
  sent(message: OutgoingMessage, now: number): void {
    const state = message.state;
    // Most are new: not a call more for each of them.
    if (state === WAITING && !message.isFirst) this.#list.push(message);
    else if (state !== BEGUN) this.begun(message);
    message.state = state === TO_RELEASE ? RELEASED : SENT;
    message.sentAt = now;
  }

  /** PUBACK: the finished message; undefined for an id that does not wait for one. */
  onPuback(id: number): OutgoingMessage | undefined {
    const list = this.#list;
    const first = list[0];
    // A broker confirms in order: it is nearly always the first.
    if (first === undefined || first.id !== id || first.state !== SENT) {
      const at = this.indexOf(id);
      const message = list[at];
      return message && message.state <= SENT ? this.confirmed(message, at) : undefined;
    }
    if (this.#limit < this.#window) this.grow(first);
    return list.shift();
  }

  /** PUBREC: the message of this id; undefined for one that waits for none, such as of QoS 1. */
  onPubrec(id: number): OutgoingMessage | undefined {
    const message = this.#list[this.indexOf(id)];
    return message !== undefined && message.QoS === 2 ? message : undefined;
  }

  /** The first PUBREC of a message: from now on its PUBREL is to be sent. */
  release(message: OutgoingMessage): void {
    if (message.state !== TO_SEND) this.#unsent++;
    message.state = TO_RELEASE;
    message.released = ++this.#releases;
  }

  /** PUBCOMP: the finished message; undefined for an id that does not wait for one. */
  onPubcomp(id: number): OutgoingMessage | undefined {
    const list = this.#list;
    const first = list[0];
    if (first === undefined || first.id !== id || first.state !== RELEASED) {
      const at = this.indexOf(id);
      const message = list[at];
      return message && message.state >= TO_RELEASE ? this.confirmed(message, at) : undefined;
    }
    if (this.#limit < this.#window) this.grow(first);
    return list.shift();
  }

  /** Ends one without a confirmation. */
  giveUp(message: OutgoingMessage): void {
    const at = this.#list.indexOf(message);
    if (at >= 0) this.remove(message, at);
  }

  /** The broker has our session: everything is to be repeated, as it was. */
  resume(): void {
    const list = this.#list;
    this.begin();
    for (const message of list) message.state = message.state < TO_RELEASE ? TO_SEND : TO_RELEASE;
  }

  /** The broker has no session: everything is to be sent as new. Returns how many QoS 2 messages. */
  restart(): number {
    const list = this.#list;
    let count = 0;
    this.begin();
    for (const message of list) {
      message.state = TO_SEND;
      message.duplicate = false;
      if (message.QoS === 2) count++;
    }
    return count;
  }

  /** The next to be sent on this connection: PUBREL first, then messages, each in order. */
  nextToSend(): OutgoingMessage | undefined {
    if (this.#unsent === 0) return undefined;
    const list = this.#list;
    let next: OutgoingMessage | undefined;
    let order = Infinity;
    for (let i = 0; i < list.length; i++) {
      const message = list[i] as OutgoingMessage;
      const { state, released = 0 } = message;
      if (state === TO_SEND) next ??= message;
      else if (state === TO_RELEASE && released < order) {
        next = message;
        order = released;
      }
    }
    return next;
  }

  /** The oldest that is on its way. */
  get oldest(): OutgoingMessage | undefined {
    const list = this.#list;
    for (let i = 0; i < list.length; i++) {
      const message = list[i] as OutgoingMessage;
      if (isOnWay(message)) return message;
    }
    return undefined;
  }

  /** The earliest `sentAt` of those that the broker has all of; undefined without any. */
  get oldestTime(): number | undefined {
    const list = this.#list;
    let oldest = Infinity;
    for (let i = 0; i < list.length; i++) {
      const { state, sentAt } = list[i] as OutgoingMessage;
      if ((state === SENT || state === RELEASED) && sentAt < oldest) oldest = sentAt;
    }
    return oldest === Infinity ? undefined : oldest;
  }

  /**
   * Lets one more go when a broker has confirmed nothing for long: one that is slow, or confirms all
   * but one, must not hold up the others. False when all is as before.
   */
  widen(now: number): boolean {
    const oldest = this.#limit < this.#window ? this.oldest : undefined;
    if (!oldest || oldest.state === BEGUN || now - oldest.sentAt < patience) return false;
    // But that which connections have ended at stays alone, so that the culprit is known.
    if (oldest.endings === mostEndings - 1) return false;
    this.#limit++;
    return true;
  }

  /**
   * True when a connection that has ended with this code has ended for the oldest message: the broker
   * has closed it and confirmed nothing, or has confirmed all but that in its time.
   */
  isEndedFor({ endings }: OutgoingMessage, code: string): boolean {
    if (code === "mqtt/lost") return !this.isProven;
    return code === "mqtt/broker-deadline" && (this.isProven || endings === mostEndings - 1);
  }

  /** Forgets all. */
  clear(): void {
    this.#list.length = 0;
    this.#unsent = 0;
  }

  private begin(): void {
    this.#unsent = this.#list.length;
    this.#limit = 1;
    this.isProven = false;
  }

  private confirmed(message: OutgoingMessage, at: number): OutgoingMessage {
    this.remove(message, at);
    if (this.#limit < this.#window) this.grow(message);
    return message;
  }

  private grow(confirmed: OutgoingMessage): void {
    if (confirmed.isFirst) return;
    this.#limit++;
    this.isProven = true;
  }

  private remove(message: OutgoingMessage, at: number): void {
    this.#list.splice(at, 1);
    if (!isOnWay(message)) this.#unsent--;
  }

  // By index: this runs for each packet, and on XS an iterator costs several times as much.
  private indexOf(id: number): number {
    const list = this.#list;
    for (let i = 0; i < list.length; i++) if ((list[i] as OutgoingMessage).id === id) return i;
    return -1;
  }
}

function isOnWay({ state }: OutgoingMessage): boolean {
  return state !== TO_SEND && state !== TO_RELEASE;
}
