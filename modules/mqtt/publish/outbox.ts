// SPDX-License-Identifier: MIT

import { givesWay, type OutgoingMessage } from "./outgoing-message.ts";
import { PackedQueue } from "./packed-queue.ts";

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

  /** Takes a message or not: false when there is no room, and nothing that gives way to it. */
  offer(message: OutgoingMessage): boolean {
    if (message.policy === "latest" && this.replace(message)) return true;
    const size = message.payload.length;
    if (givesWay(message)) this.makeRoom(size);
    if (!this.fits(size)) return false;
    this.admit(size);
    this.#queue.push(message);
    return true;
  }

  /** Takes room for so many bytes of payload that do not wait here, whatever the bounds. */
  admit(size: number): void {
    this.#count++;
    this.#bytes += size;
  }

  /** Puts a message that has its room behind all others. */
  append(message: OutgoingMessage): void {
    this.#queue.push(message);
  }

  /** The next message to be sent; those that have expired are gone. */
  peek(now: number): OutgoingMessage | undefined {
    for (;;) {
      const first = this.#queue.peek();
      if (first?.expires === undefined || first.expires > now) return first;
      this.#queue.shift();
      this.lose(first, "expired");
    }
  }

  /** Takes the next message out; its room stays taken until `release`. */
  shift(): OutgoingMessage | undefined {
    return this.#queue.shift();
  }

  /** Frees the room of so many bytes of payload. */
  release(size: number): void {
    this.#count--;
    this.#bytes -= size;
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

  private makeRoom(size: number): void {
    while (!this.fits(size)) {
      const oldest = this.#queue.takeGivingWay();
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
    this.#queue.replace(old, message);
    this.admit(message.payload.length);
    this.lose(old, "replaced");
    return true;
  }

  private lose(message: OutgoingMessage, outcome: "dropped" | "replaced" | "expired"): void {
    this.release(message.payload.length);
    this.#owner.onGone(message, outcome);
  }
}
