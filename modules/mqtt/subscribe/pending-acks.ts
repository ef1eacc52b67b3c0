// SPDX-License-Identifier: MIT

import type { Clock } from "../../base/clock.ts";
import type { MessageHead } from "./mqtt-message.ts";

/** A message that handlers have to acknowledge. */
export interface PendingAck {
  readonly head: MessageHead;
  /** Ticks. */
  readonly deadline: number;
  /** Calls of `ack` that are missing. */
  waiting: number;
  /** The broker waits for it on this connection. */
  isCurrent: boolean;
  /** Given up: a later `ack` does nothing. */
  isGone: boolean;
}

/** Who is notified of late acknowledgements. */
export interface PendingAcksOwner {
  /** All handlers of the message have called `ack`, later than in the callback. */
  onAcknowledged(head: MessageHead, isCurrent: boolean): void;
}

export interface PendingAcksOptions {
  readonly clock: Clock;
  readonly owner: PendingAcksOwner;
  /** Messages that may wait. */
  readonly limit: number;
  /** ms */
  readonly deadline: number;
}

/** Messages whose handlers have been called and have yet to call `ack`. */
export class PendingAcks {
  readonly #clock: Clock;
  readonly #owner: PendingAcksOwner;
  readonly #limit: number;
  readonly #deadline: number;
  #list: PendingAck[] = [];

  constructor(options: PendingAcksOptions) {
    this.#clock = options.clock;
    this.#owner = options.owner;
    this.#limit = options.limit;
    this.#deadline = options.deadline;
  }

  get isFull(): boolean {
    return this.#list.length >= this.#limit;
  }

  /** One more; its `waiting` is 1 until `settle`, while its handlers are being called. */
  add(head: MessageHead): PendingAck {
    const deadline = this.#clock.ticks() + this.#deadline;
    const entry = { head, deadline, waiting: 1, isCurrent: true, isGone: false };
    this.#list.push(entry);
    return entry;
  }

  /** For one more handler: the function it calls, which works once. */
  ackFor(entry: PendingAck): () => void {
    entry.waiting++;
    let isCalled = false;
    return () => {
      if (isCalled || entry.isGone) return;
      isCalled = true;
      entry.waiting--;
      if (entry.waiting > 0) return;
      this.remove(entry);
      this.#owner.onAcknowledged(entry.head, entry.isCurrent);
    };
  }

  /** All handlers have been called: true when none of them is still to acknowledge. */
  settle(entry: PendingAck): boolean {
    entry.waiting--;
    if (entry.waiting > 0) return false;
    this.remove(entry);
    return true;
  }

  /** The broker has repeated a QoS 2 message: it waits for the answer on this connection. */
  renew(id: number): void {
    for (const entry of this.#list) if (entry.head.id === id) entry.isCurrent = true;
  }

  /** PUBREL for a message that was never acknowledged: nobody waits any more. */
  forget(id: number): void {
    if (this.#list.length === 0) return;
    for (const entry of [...this.#list]) {
      if (entry.head.QoS === 2 && entry.head.id === id) this.remove(entry);
    }
  }

  /** QoS 1 messages will come again, with or without the same id. */
  disconnected(): void {
    for (const entry of [...this.#list]) {
      entry.isCurrent = false;
      if (entry.head.QoS === 1) this.remove(entry);
    }
  }

  /** Forgets all: the broker has. */
  clear(): void {
    for (const entry of [...this.#list]) this.remove(entry);
  }

  /** The first message whose time is over. */
  overdue(): MessageHead | undefined {
    if (this.#list.length === 0) return undefined;
    const now = this.#clock.ticks();
    return this.#list.find(({ deadline }) => deadline <= now)?.head;
  }

  private remove(entry: PendingAck): void {
    entry.isGone = true;
    this.#list = this.#list.filter((other) => other !== entry);
  }
}
