// SPDX-License-Identifier: MIT

import type { OutgoingMessage } from "./outgoing-message.ts";
import { PackedQueue } from "./packed-queue.ts";
import type { PublishPolicy } from "./publish-options.ts";

/** Who is notified of what the outbox loses. */
export interface OutboxOwner {
  /** A message will never be sent; its room is free. */
  onGone(message: OutgoingMessage, outcome: "dropped" | "replaced" | "expired"): void;
}

export interface OutboxOptions {
  /** Largest number of messages, and of payload bytes together; unconfirmed ones count too. */
  readonly count: number;
  readonly bytes: number;
  readonly owner: OutboxOwner;
}

/**
 * Messages that wait to be sent, in order, within bounds. Room is taken until `release`, so that
 * messages on their way count as well.
 */
export class Outbox {
  readonly #owner: OutboxOwner;
  readonly #maxCount: number;
  readonly #maxBytes: number;
  readonly #queue = new PackedQueue();
  #sequence = 0;
  #count = 0;
  #bytes = 0;

  constructor(options: OutboxOptions) {
    this.#owner = options.owner;
    this.#maxCount = options.count;
    this.#maxBytes = options.bytes;
  }

  /** Messages that take room: waiting or unconfirmed. */
  get count(): number {
    return this.#count;
  }

  /** True when no message waits to be sent. */
  get isEmpty(): boolean {
    return this.#queue.count === 0;
  }

  /** True when there is room for a message with so many bytes of payload. */
  fits(size: number): boolean {
    return this.#count < this.#maxCount && this.#bytes + size <= this.#maxBytes;
  }

  /** Takes a message or not: false for "reject" and "drop-newest" when there is no room. */
  offer(message: OutgoingMessage, policy: PublishPolicy): boolean {
    message.sequence = ++this.#sequence;
    if (message.isLatest && this.replace(message)) return true;
    const size = message.payload.length;
    if (policy === "drop-oldest" || policy === "latest") this.makeRoom(size);
    if (!this.fits(size)) return false;
    this.take(message);
    this.#queue.push(message);
    return true;
  }

  /**
   * Gives room to a message that does not wait here, whatever the bounds: one that is sent at once,
   * or is of an earlier life.
   */
  admit(message: OutgoingMessage): void {
    message.sequence = ++this.#sequence;
    this.take(message);
  }

  /** The next message to be sent; those that have expired are gone. */
  peek(now: number): OutgoingMessage | undefined {
    for (;;) {
      const first = this.#queue.peek();
      if (first === undefined || first.expires > now) return first;
      this.#queue.shift();
      this.lose(first, "expired");
    }
  }

  /** Takes the next message out; its room stays taken until `release`. */
  shift(): OutgoingMessage | undefined {
    return this.#queue.shift();
  }

  /** Puts unfinished messages back, in the order in which they were published. */
  putBack(messages: readonly OutgoingMessage[]): void {
    for (const message of messages) this.#queue.insert(message);
  }

  /** Frees the room of a message that has ended. */
  release(message: OutgoingMessage): void {
    message.countsAsQueued = false;
    this.#count--;
    this.#bytes -= message.payload.length;
  }

  /** Ends all waiting messages whose time is over. */
  expire(now: number): void {
    for (let old = this.#queue.takeExpired(now); old; old = this.#queue.takeExpired(now)) {
      this.lose(old, "expired");
    }
  }

  /** True when the id belongs to a waiting message. */
  has(id: number): boolean {
    return this.#queue.count > 0 && this.#queue.has(id);
  }

  /**
   * Hands the waiting messages that were published at `since` or before to `save`, in order, until it
   * returns false; what is in the journal may be left out. It may set their id, and `isJournaled`.
   */
  save(since: number, save: (message: OutgoingMessage) => boolean): void {
    this.#queue.save(since, save);
  }

  private take(message: OutgoingMessage): void {
    message.countsAsQueued = true;
    this.#count++;
    this.#bytes += message.payload.length;
  }

  private makeRoom(size: number): void {
    while (!this.fits(size)) {
      const oldest = this.#queue.shift();
      if (oldest === undefined) return;
      this.lose(oldest, "dropped");
    }
  }

  // In its place, so that a topic that changes often is not put off for ever.
  private replace(message: OutgoingMessage): boolean {
    const old = this.#queue.latest(message.topic);
    if (old === undefined) return false;
    const growth = message.payload.length - old.payload.length;
    if (this.#bytes + growth > this.#maxBytes) return false;
    message.sequence = old.sequence;
    this.#queue.replace(old, message);
    this.take(message);
    this.lose(old, "replaced");
    return true;
  }

  private lose(message: OutgoingMessage, outcome: "dropped" | "replaced" | "expired"): void {
    this.release(message);
    this.#owner.onGone(message, outcome);
  }
}
