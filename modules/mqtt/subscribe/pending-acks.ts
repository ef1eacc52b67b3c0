// SPDX-License-Identifier: MIT

import type { Clock } from "../../base/clock.ts";
import type { MessageHead } from "./message-head.ts";

/** A message that handlers have to acknowledge. */
export interface PendingAck {
  readonly head: MessageHead;
  /** Ticks. */
  readonly deadline: number;
  /** Calls of `ack` that are missing. */
  waiting: number;
  /** The broker waits for it on this connection. */
  current: boolean;
  /** Given up: a later `ack` does nothing. */
  gone: boolean;
}

export interface PendingAcksOptions {
  readonly clock: Clock;
  /** Messages that may wait. */
  readonly limit: number;
  /** ms */
  readonly deadline: number;
  /** All handlers of the message have called `ack`, later than in the callback. */
  readonly onAcknowledged: (head: MessageHead, current: boolean) => void;
}

/** Messages whose handlers have been called and have yet to call `ack`. */
export class PendingAcks {
  readonly #options: PendingAcksOptions;
  #list: PendingAck[] = [];

  constructor(options: PendingAcksOptions) {
    this.#options = options;
  }

  get full(): boolean {
    return this.#list.length >= this.#options.limit;
  }

  /** One more; its `waiting` is 1 until `settle`, while its handlers are being called. */
  add(head: MessageHead): PendingAck {
    const deadline = this.#options.clock.ticks() + this.#options.deadline;
    const entry = { head, deadline, waiting: 1, current: true, gone: false };
    this.#list.push(entry);
    return entry;
  }

  /** For one more handler: the function it calls, which works once. */
  ackFor(entry: PendingAck): () => void {
    entry.waiting++;
    let called = false;
    return () => {
      if (called || entry.gone) return;
      called = true;
      entry.waiting--;
      if (entry.waiting > 0) return;
      this.#remove(entry);
      this.#options.onAcknowledged(entry.head, entry.current);
    };
  }

  /** All handlers have been called: true when none of them is still to acknowledge. */
  settle(entry: PendingAck): boolean {
    entry.waiting--;
    if (entry.waiting > 0) return false;
    this.#remove(entry);
    return true;
  }

  /** The broker has repeated a QoS 2 message: it waits for the answer on this connection. */
  renew(id: number): void {
    for (const entry of this.#list) if (entry.head.id === id) entry.current = true;
  }

  /** PUBREL for a message that was never acknowledged: nobody waits any more. */
  forget(id: number): void {
    for (const entry of [...this.#list]) {
      if (entry.head.QoS === 2 && entry.head.id === id) this.#remove(entry);
    }
  }

  /** QoS 1 messages will come again, with or without the same id. */
  disconnected(): void {
    for (const entry of [...this.#list]) {
      entry.current = false;
      if (entry.head.QoS === 1) this.#remove(entry);
    }
  }

  /** Forgets all: the broker has. */
  clear(): void {
    for (const entry of [...this.#list]) this.#remove(entry);
  }

  /** The first message whose time is over. */
  overdue(): MessageHead | undefined {
    const now = this.#options.clock.ticks();
    return this.#list.find(({ deadline }) => deadline <= now)?.head;
  }

  #remove(entry: PendingAck): void {
    entry.gone = true;
    this.#list = this.#list.filter((other) => other !== entry);
  }
}
