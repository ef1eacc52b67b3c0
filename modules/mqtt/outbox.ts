// SPDX-License-Identifier: MIT

import type { OutgoingMessage } from "./outgoing-message.ts";
import type { PublishPolicy } from "./publish-options.ts";

export interface OutboxOptions {
  /** Largest number of messages, and of payload bytes together; unconfirmed ones count too. */
  readonly count: number;
  readonly bytes: number;
  /** A message will never be sent. */
  readonly onGone: (message: OutgoingMessage, outcome: "dropped" | "replaced" | "expired") => void;
}

/**
 * Messages that wait to be sent, in order, within bounds. Room is taken until `release`, so that
 * messages on their way count as well.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #waiting: OutgoingMessage[] = [];
  #sequence = 0;
  #count = 0;
  #bytes = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Messages that take room: waiting or unconfirmed. */
  get count(): number {
    return this.#count;
  }

  /** Takes a message or not: false for "reject" and "drop-newest" when there is no room. */
  offer(message: OutgoingMessage, policy: PublishPolicy): boolean {
    message.sequence = ++this.#sequence;
    if (message.facts.latest && this.#replace(message)) return true;
    const size = message.facts.payload.length;
    if (policy === "drop-oldest" || policy === "latest") this.#makeRoom(size);
    if (!this.#fits(size)) return false;
    this.#take(message);
    this.#waiting.push(message);
    return true;
  }

  /** Gives room to a message of an earlier life, whatever the bounds; it does not wait here. */
  restore(message: OutgoingMessage): void {
    message.sequence = ++this.#sequence;
    this.#take(message);
  }

  /** The next message to be sent; those that have expired are gone. */
  peek(now: number): OutgoingMessage | undefined {
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      if (first.facts.expires > now) return first;
      this.#waiting.shift();
      this.#gone(first, "expired");
    }
    return undefined;
  }

  /** Takes the next message out; its room stays taken until `release`. */
  shift(): OutgoingMessage | undefined {
    return this.#waiting.shift();
  }

  /** Puts unfinished messages back in front, in the order in which they were published. */
  putBack(messages: readonly OutgoingMessage[]): void {
    if (messages.length === 0) return;
    this.#waiting = [...messages, ...this.#waiting];
    this.#waiting.sort((a, b) => a.sequence - b.sequence);
  }

  /** Frees the room of a message that has ended. */
  release(message: OutgoingMessage): void {
    message.held = false;
    this.#count--;
    this.#bytes -= message.facts.payload.length;
  }

  /** Ends all waiting messages whose time is over. */
  expire(now: number): void {
    if (!this.#waiting.some(({ facts }) => facts.expires <= now)) return;
    const old = this.#waiting.filter(({ facts }) => facts.expires <= now);
    this.#waiting = this.#waiting.filter(({ facts }) => facts.expires > now);
    for (const message of old) this.#gone(message, "expired");
  }

  /** True when the id belongs to a waiting message. */
  has(id: number): boolean {
    for (const message of this.#waiting) if (message.id === id) return true;
    return false;
  }

  /** All waiting messages, in order. */
  all(): readonly OutgoingMessage[] {
    return this.#waiting;
  }

  /** Forgets all waiting messages; their room stays taken until `release`. */
  clear(): void {
    this.#waiting = [];
  }

  #fits(size: number): boolean {
    const { count, bytes } = this.#options;
    return this.#count < count && this.#bytes + size <= bytes;
  }

  #take(message: OutgoingMessage): void {
    message.held = true;
    this.#count++;
    this.#bytes += message.facts.payload.length;
  }

  #makeRoom(size: number): void {
    while (!this.#fits(size)) {
      const oldest = this.#waiting.shift();
      if (oldest === undefined) return;
      this.#gone(oldest, "dropped");
    }
  }

  // In its place, so that a topic that changes often is not put off for ever.
  #replace(message: OutgoingMessage): boolean {
    const { topic, payload } = message.facts;
    const at = this.#waiting.findIndex(({ facts }) => facts.latest && facts.topic === topic);
    const old = this.#waiting[at];
    if (old === undefined) return false;
    const growth = payload.length - old.facts.payload.length;
    if (this.#bytes + growth > this.#options.bytes) return false;
    message.sequence = old.sequence;
    this.#waiting[at] = message;
    this.#take(message);
    this.#gone(old, "replaced");
    return true;
  }

  #gone(message: OutgoingMessage, outcome: "dropped" | "replaced" | "expired"): void {
    this.release(message);
    this.#options.onGone(message, outcome);
  }
}
