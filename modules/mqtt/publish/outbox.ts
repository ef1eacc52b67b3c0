// SPDX-License-Identifier: MIT

import { Backlog } from "./backlog.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";
import type { PublishPolicy } from "./publish-options.ts";

export interface OutboxOptions {
  /** Largest number of messages, and of payload bytes together; unconfirmed ones count too. */
  readonly count: number;
  readonly bytes: number;
  /** A message will never be sent. */
  readonly onGone: (message: OutgoingMessage, outcome: "dropped" | "replaced" | "expired") => void;
}

/** Waiting messages that are kept as objects; while there is a connection, they are all. */
const NEAR = 8;

/**
 * Messages that wait to be sent, in order, within bounds. Room is taken until `release`, so that
 * messages on their way count as well.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  /** The next to be sent, and those behind them. */
  #near: OutgoingMessage[] = [];
  readonly #far = new Backlog();
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
    if (this.#near.length < NEAR && this.#far.count === 0) this.#near.push(message);
    else this.#far.push(message);
    return true;
  }

  /** Gives room to a message of an earlier life, whatever the bounds; it does not wait here. */
  restore(message: OutgoingMessage): void {
    message.sequence = ++this.#sequence;
    this.#take(message);
  }

  /** The next message to be sent; those that have expired are gone. */
  peek(now: number): OutgoingMessage | undefined {
    for (let first = this.#near[0]; first; first = this.#near[0]) {
      if (first.facts.expires > now) return first;
      this.shift();
      this.#gone(first, "expired");
    }
    return undefined;
  }

  /** Takes the next message out; its room stays taken until `release`. */
  shift(): OutgoingMessage | undefined {
    const first = this.#near.shift();
    this.#refill();
    return first;
  }

  /** Puts unfinished messages back in front, in the order in which they were published. */
  putBack(messages: readonly OutgoingMessage[]): void {
    if (messages.length === 0) return;
    const all = [...messages, ...this.#near].sort((a, b) => a.sequence - b.sequence);
    for (const message of all.splice(NEAR).reverse()) this.#far.unshift(message);
    this.#near = all;
  }

  /** Frees the room of a message that has ended. */
  release(message: OutgoingMessage): void {
    message.held = false;
    this.#count--;
    this.#bytes -= message.facts.payload.length;
  }

  /** Ends all waiting messages whose time is over. */
  expire(now: number): void {
    if (this.#near.some(({ facts }) => facts.expires <= now)) {
      const old = this.#near.filter(({ facts }) => facts.expires <= now);
      this.#near = this.#near.filter(({ facts }) => facts.expires > now);
      for (const message of old) this.#gone(message, "expired");
    }
    for (let old = this.#far.takeExpired(now); old; old = this.#far.takeExpired(now)) {
      this.#gone(old, "expired");
    }
    this.#refill();
  }

  /** True when the id belongs to a waiting message. */
  has(id: number): boolean {
    for (const message of this.#near) if (message.id === id) return true;
    return this.#far.has(id);
  }

  /**
   * Hands the waiting messages that were published at `since` or before to `save`, in order, until it
   * returns false; what is in the journal may be left out. It may set their id, and `stored`.
   */
  save(since: number, save: (message: OutgoingMessage) => boolean): void {
    for (const message of this.#near) if (message.facts.since <= since && !save(message)) return;
    if (this.#far.count > 0) this.#far.save(since, save);
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
      const oldest = this.shift();
      if (oldest === undefined) return;
      this.#gone(oldest, "dropped");
    }
  }

  #refill(): void {
    while (this.#near.length < NEAR) {
      const next = this.#far.shift();
      if (!next) return;
      this.#near.push(next);
    }
  }

  // In its place, so that a topic that changes often is not put off for ever.
  #replace(message: OutgoingMessage): boolean {
    const { topic, payload } = message.facts;
    const at = this.#near.findIndex(({ facts }) => facts.latest && facts.topic === topic);
    const old = this.#near[at] ?? this.#far.latest(topic);
    if (old === undefined) return false;
    const growth = payload.length - old.facts.payload.length;
    if (this.#bytes + growth > this.#options.bytes) return false;
    message.sequence = old.sequence;
    if (at < 0) this.#far.replace(old, message);
    else this.#near[at] = message;
    this.#take(message);
    this.#gone(old, "replaced");
    return true;
  }

  #gone(message: OutgoingMessage, outcome: "dropped" | "replaced" | "expired"): void {
    this.release(message);
    this.#options.onGone(message, outcome);
  }
}
