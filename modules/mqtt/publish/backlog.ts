// SPDX-License-Identifier: MIT

import type { QoS } from "../../ecma-419/mqtt-client.ts";
import { OutgoingMessage } from "./outgoing-message.ts";

/**
 * Bytes in front of each payload: length (2), flags (1), one that is free, packet id (2), bytes of
 * its header (2), sequence (4), time of publication (8).
 */
const HEAD = 20;
const FLAGS = 2;
const ID = 4;
const HEADER = 6;
const SEQUENCE = 8;
const SINCE = 12;

/** Flags, beside the QoS. A byte of zero: no further record in the block. */
const RETAIN = 4;
const STORED = 8;
const USED = 128;

/** Bytes of a block of records. */
const BLOCK = 2_048;

/**
 * Messages that wait far from the front of the queue. As objects each would take 27 slots, and slots
 * are dearer on a board than bytes; so most are kept as bytes, in blocks that come and go. Their
 * order is kept.
 */
export class Backlog {
  /** A message as it is, or the topic of one that is the next record. */
  readonly #entries: (OutgoingMessage | string)[] = [];
  readonly #blocks: Uint8Array[] = [];
  /** Where the first record begins in the first block, and where the last block has room. */
  #start = 0;
  #end = 0;
  /** Records that have their packet id: those in the journal. */
  #stored = 0;
  /** Entries that are no record. */
  #objects = 0;
  /** Block and place of a record when they are walked through. */
  #block = 0;
  #at = 0;

  get count(): number {
    return this.#entries.length;
  }

  /** Adds a message that has just been published behind all others. */
  push(message: OutgoingMessage): void {
    if (isPlain(message)) {
      this.#pack(message);
      this.#entries.push(message.facts.topic);
    } else {
      this.#entries.push(message);
      this.#objects++;
    }
  }

  /** Adds a message before all others. */
  unshift(message: OutgoingMessage): void {
    this.#entries.unshift(message);
    this.#objects++;
  }

  /** Takes the first message out. */
  shift(): OutgoingMessage | undefined {
    const first = this.#entries.shift();
    if (first === undefined) return undefined;
    if (typeof first !== "string") {
      this.#objects--;
      return first;
    }
    this.#rewind();
    const message = this.#unpack(first);
    if (message.stored) this.#stored--;
    this.#advance();
    if (this.#block > 0) this.#blocks.shift();
    this.#start = this.#at;
    return message;
  }

  /** Takes out the first message whose time is over. */
  takeExpired(now: number): OutgoingMessage | undefined {
    if (this.#objects === 0) return undefined;
    const at = this.#entries.findIndex(
      (one) => typeof one !== "string" && one.facts.expires <= now,
    );
    if (at < 0) return undefined;
    this.#objects--;
    return this.#entries.splice(at, 1)[0] as OutgoingMessage;
  }

  /** The waiting message that a newer value of its topic may replace; it stays. */
  latest(topic: string): OutgoingMessage | undefined {
    if (this.#objects === 0) return undefined;
    for (const one of this.#entries) {
      if (typeof one !== "string" && one.facts.latest && one.facts.topic === topic) return one;
    }
    return undefined;
  }

  /** Puts a message in the place of another that `latest` has given out. */
  replace(old: OutgoingMessage, message: OutgoingMessage): void {
    this.#entries[this.#entries.indexOf(old)] = message;
  }

  /** True when the packet id belongs to one of them. */
  has(id: number): boolean {
    if (this.#objects > 0) {
      for (const one of this.#entries) if (typeof one !== "string" && one.id === id) return true;
    }
    this.#rewind();
    for (let left = this.#stored; left > 0; this.#advance()) {
      const bytes = this.#bytes();
      const at = this.#at;
      if ((bytes[at + ID] ?? 0) * 256 + (bytes[at + ID + 1] ?? 0) === id) return true;
      if ((bytes[at + FLAGS] ?? 0) & STORED) left--;
    }
    return false;
  }

  /**
   * Hands messages that were published at `since` or before to `save`, in order, until it returns
   * false; not those in the journal, nor QoS 0. It may set their id, and `stored`.
   */
  save(since: number, save: (message: OutgoingMessage) => boolean): void {
    this.#rewind();
    for (const one of this.#entries) {
      if (typeof one !== "string") {
        if (one.facts.since <= since && !save(one)) return;
        continue;
      }
      // Not by a view: it is an object, and this is done for each of many.
      const flags = this.#bytes()[this.#at + FLAGS] ?? 0;
      if ((flags & STORED) === 0 && (flags & 3) > 0) {
        // Those behind it are younger.
        if (this.#view().getFloat64(this.#at + SINCE) > since || !this.#save(one, save)) return;
      }
      this.#advance();
    }
  }

  #save(topic: string, save: (message: OutgoingMessage) => boolean): boolean {
    const message = this.#unpack(topic);
    const goesOn = save(message);
    if (message.stored) {
      const view = this.#view();
      view.setUint16(this.#at + ID, message.id);
      view.setUint8(this.#at + FLAGS, view.getUint8(this.#at + FLAGS) | STORED);
      this.#stored++;
    }
    return goesOn;
  }

  #pack(message: OutgoingMessage): void {
    const { payload, header, QoS, retain, since } = message.facts;
    const size = HEAD + payload.length;
    const last = this.#blocks[this.#blocks.length - 1];
    if (last === undefined || this.#end + size > last.length) {
      this.#blocks.push(new Uint8Array(Math.max(BLOCK, size)));
      this.#end = 0;
    }
    const block = this.#blocks[this.#blocks.length - 1] as Uint8Array;
    const at = this.#end;
    const view = new DataView(block.buffer);
    view.setUint16(at, payload.length);
    view.setUint8(at + FLAGS, USED | QoS | (retain ? RETAIN : 0));
    view.setUint16(at + HEADER, header);
    view.setUint32(at + SEQUENCE, message.sequence);
    view.setFloat64(at + SINCE, since);
    block.set(payload, at + HEAD);
    this.#end += size;
  }

  #unpack(topic: string): OutgoingMessage {
    const view = this.#view();
    const at = this.#at;
    const flags = view.getUint8(at + FLAGS);
    const from = at + HEAD;
    const message = new OutgoingMessage({
      topic,
      payload: this.#bytes().slice(from, from + view.getUint16(at)),
      header: view.getUint16(at + HEADER),
      QoS: (flags & 3) as QoS,
      retain: (flags & RETAIN) !== 0,
      latest: false,
      since: view.getFloat64(at + SINCE),
      expires: Infinity,
      onDone: undefined,
    });
    message.sequence = view.getUint32(at + SEQUENCE);
    message.id = view.getUint16(at + ID);
    message.stored = (flags & STORED) !== 0;
    message.held = true;
    return message;
  }

  #bytes(): Uint8Array {
    return this.#blocks[this.#block] as Uint8Array;
  }

  #view(): DataView {
    return new DataView(this.#bytes().buffer);
  }

  /** To the first record. */
  #rewind(): void {
    this.#block = 0;
    this.#at = this.#start;
  }

  /** To the next record, or behind the last. */
  #advance(): void {
    const block = this.#bytes();
    this.#at += HEAD + (block[this.#at] ?? 0) * 256 + (block[this.#at + 1] ?? 0);
    if ((block[this.#at + FLAGS] ?? 0) !== 0) return;
    this.#block++;
    this.#at = 0;
  }
}

// Others are few, or change while they wait.
function isPlain({ facts }: OutgoingMessage): boolean {
  const { latest, expires, onDone, payload } = facts;
  return !latest && expires === Infinity && !onDone && payload.length < 65_536;
}
