// SPDX-License-Identifier: MIT

import type { QoS } from "../../ecma-419/mqtt-client.ts";
import { givesWay, type OutgoingMessage, outgoingMessage } from "./outgoing-message.ts";

/**
 * Bytes in front of each payload: length (2), flags (1), connections that have ended at it (1), packet
 * id (2), bytes of its header (2), time of publication (8).
 */
const headLength = 16;
const flagsAt = 2;
const endingsAt = 3;
const idAt = 4;
const headerAt = 6;
const sinceAt = 8;

/** Flags, beside the QoS. A byte of zero: no further record in the block. */
const retainFlag = 4;
const journaledFlag = 8;
/** It does not give way. */
const staysFlag = 16;
/** An earlier life may have sent it. */
const duplicateFlag = 32;
/** It was taken out from behind others. */
const goneFlag = 64;
const usedFlag = 128;

/** Bytes of a block of records. */
const blockLength = 2_048;

/**
 * Messages that wait, in their order. As objects each would take 25 slots, and slots are dearer on a
 * board than bytes; so only the head, which is sent next, is an object, and the tail behind it is
 * packed: kept as bytes, in blocks that come and go.
 */
export class PackedQueue {
  /** A message as it is, or the topic of one that is the next record of the packed tail. */
  readonly #entries: (OutgoingMessage | string)[] = [];
  readonly #blocks: Uint8Array[] = [];
  /** Where the first record begins in the first block, and where the last block has room. */
  #start = 0;
  #end = 0;
  /** Records that have their packet id: those in the journal. */
  #journaled = 0;
  /** No such id is smaller or larger: ids are given out in turn, so a new one is nearly never within. */
  #minId = Infinity;
  #maxId = 0;
  /** Records that may be journaled and are not. */
  #unsaved = 0;
  /** Entries that are no record: the head, and those that are not plain. */
  #objects = 0;
  /** Block and place of a record when they are walked through. */
  #block = 0;
  #at = 0;

  get count(): number {
    return this.#entries.length;
  }

  /** Adds a message behind all others. */
  push(message: OutgoingMessage): void {
    if (this.#entries.length > 0 && isPlain(message)) {
      this.pack(message);
      this.#entries.push(message.topic);
    } else {
      this.#entries.push(message);
      this.#objects++;
    }
  }

  /** The head: the first message, as an object. It stays. */
  peek(): OutgoingMessage | undefined {
    const head = this.#entries[0];
    if (typeof head !== "string") return head;
    this.rewind();
    const message = this.takeRecord(head);
    this.#entries[0] = message;
    this.#objects++;
    return message;
  }

  /** Takes the first message out. */
  shift(): OutgoingMessage | undefined {
    const head = this.peek();
    if (head === undefined) return undefined;
    this.#entries.shift();
    this.#objects--;
    return head;
  }

  /** Takes out the first message that gives way to others. */
  takeGivingWay(): OutgoingMessage | undefined {
    const entries = this.#entries;
    this.rewind();
    for (let i = 0; i < entries.length; i++) {
      const one = entries[i] as OutgoingMessage | string;
      const isRecord = typeof one === "string";
      if (isRecord ? (this.flags() & staysFlag) === 0 : givesWay(one)) {
        entries.splice(i, 1);
        if (isRecord) return this.takeRecord(one);
        this.#objects--;
        return one;
      }
      if (isRecord) this.advance();
    }
    return undefined;
  }

  /** Takes out the first message whose time is over. */
  takeExpired(now: number): OutgoingMessage | undefined {
    const entries = this.#entries;
    for (let i = 0, left = this.#objects; left > 0; i++) {
      const one = entries[i];
      if (typeof one === "string" || one === undefined) continue;
      left--;
      if (one.expires === undefined || one.expires > now) continue;
      entries.splice(i, 1);
      this.#objects--;
      return one;
    }
    return undefined;
  }

  /** The waiting message that a newer value of its topic may replace; it stays. */
  latest(topic: string): OutgoingMessage | undefined {
    const entries = this.#entries;
    for (let i = 0, left = this.#objects; left > 0; i++) {
      const one = entries[i];
      if (typeof one === "string" || one === undefined) continue;
      left--;
      if (one.policy === "latest" && one.topic === topic) return one;
    }
    return undefined;
  }

  /** Puts a message in the place of another that `latest` has given out. */
  replace(old: OutgoingMessage, message: OutgoingMessage): void {
    this.#entries[this.#entries.indexOf(old)] = message;
  }

  /** True when the packet id belongs to one of them. */
  has(id: number): boolean {
    const entries = this.#entries;
    for (let i = 0, left = this.#objects; left > 0; i++) {
      const one = entries[i];
      if (typeof one === "string" || one === undefined) continue;
      left--;
      if (one.id === id) return true;
    }
    return id >= this.#minId && id <= this.#maxId && this.hasRecord(id);
  }

  /**
   * Hands messages that were published at `since` or before to `save`, in order, until it returns
   * false; of the packed ones not those in the journal, nor QoS 0. It may set their id, and
   * `isJournaled`. Looks no further than there is something to save: this is done each second.
   */
  save(since: number, save: (message: OutgoingMessage) => boolean): void {
    const entries = this.#entries;
    const blocks = this.#blocks;
    let objects = this.#objects;
    let records = this.#unsaved;
    let block = 0;
    let bytes = blocks[0];
    let at = this.#start;
    for (let i = 0; objects + records > 0; ) {
      // Most are in the journal already: no more than must be is done for those.
      while (objects === 0 && bytes !== undefined) {
        if (((bytes[at + flagsAt] as number) & (goneFlag | journaledFlag)) !== journaledFlag) break;
        i++;
        at += headLength + (bytes[at] as number) * 256 + (bytes[at + 1] as number);
        if (bytes[at + flagsAt]) continue;
        bytes = blocks[++block];
        at = 0;
      }
      const one = entries[i];
      if (typeof one === "object") {
        i++;
        objects--;
        if (one.since <= since && !save(one)) return;
        continue;
      }
      if (one === undefined || bytes === undefined) return;
      const flags = bytes[at + flagsAt] as number;
      if ((flags & goneFlag) === 0) i++;
      if ((flags & (goneFlag | journaledFlag)) === 0 && (flags & 3) > 0) {
        records--;
        this.#block = block;
        this.#at = at;
        // Those behind it are younger.
        if (this.view().getFloat64(at + sinceAt) > since) return;
        if (!this.saveRecord(one, save)) return;
      }
      at += headLength + (bytes[at] as number) * 256 + (bytes[at + 1] as number);
      if (bytes[at + flagsAt]) continue;
      bytes = blocks[++block];
      at = 0;
    }
  }

  private saveRecord(topic: string, save: (message: OutgoingMessage) => boolean): boolean {
    const message = this.unpack(topic);
    const goesOn = save(message);
    if (message.isJournaled) {
      const view = this.view();
      view.setUint16(this.#at + idAt, message.id);
      view.setUint8(this.#at + flagsAt, view.getUint8(this.#at + flagsAt) | journaledFlag);
      this.#unsaved--;
      this.noteId(message.id);
    }
    return goesOn;
  }

  private noteId(id: number): void {
    this.#journaled++;
    this.#minId = Math.min(this.#minId, id);
    this.#maxId = Math.max(this.#maxId, id);
  }

  private forgetId(): void {
    this.#journaled--;
    if (this.#journaled > 0) return;
    this.#minId = Infinity;
    this.#maxId = 0;
  }

  private pack(message: OutgoingMessage): void {
    const { payload, header, QoS, retain, since } = message;
    const size = headLength + payload.length;
    const last = this.#blocks[this.#blocks.length - 1];
    if (last === undefined || this.#end + size > last.length) {
      this.#blocks.push(new Uint8Array(Math.max(blockLength, size)));
      this.#end = 0;
    }
    const block = this.#blocks[this.#blocks.length - 1] as Uint8Array;
    const at = this.#end;
    const view = new DataView(block.buffer);
    view.setUint16(at, payload.length);
    let flags = usedFlag | QoS;
    if (retain) flags |= retainFlag;
    if (message.duplicate) flags |= duplicateFlag;
    if (!givesWay(message)) flags |= staysFlag;
    if (message.isJournaled) {
      flags |= journaledFlag;
      this.noteId(message.id);
    } else if (QoS > 0) this.#unsaved++;
    view.setUint8(at + flagsAt, flags);
    view.setUint8(at + endingsAt, message.endings ?? 0);
    view.setUint16(at + idAt, message.id);
    view.setUint16(at + headerAt, header);
    view.setFloat64(at + sinceAt, since);
    block.set(payload, at + headLength);
    this.#end += size;
  }

  /** Takes the record out at which we are. */
  private takeRecord(topic: string): OutgoingMessage {
    const message = this.unpack(topic);
    if (message.isJournaled) this.forgetId();
    else if (message.QoS > 0) this.#unsaved--;
    if (this.#block > 0 || this.#at > this.#start) {
      this.bytes()[this.#at + flagsAt] = usedFlag | goneFlag;
      return message;
    }
    this.advance();
    this.#blocks.splice(0, this.#block);
    this.#start = this.#at;
    return message;
  }

  private unpack(topic: string): OutgoingMessage {
    const view = this.view();
    const at = this.#at;
    const flags = view.getUint8(at + flagsAt);
    const from = at + headLength;
    const payload = this.bytes().slice(from, from + view.getUint16(at));
    const message = outgoingMessage(topic, payload, view.getUint16(at + headerAt), {
      QoS: (flags & 3) as QoS,
      retain: (flags & retainFlag) !== 0,
      policy: flags & staysFlag ? "reject" : "drop-oldest",
    });
    const endings = view.getUint8(at + endingsAt);
    message.since = view.getFloat64(at + sinceAt);
    message.id = view.getUint16(at + idAt);
    message.duplicate = (flags & duplicateFlag) !== 0;
    if (endings > 0) message.endings = endings;
    if (flags & journaledFlag) message.isJournaled = true;
    return message;
  }

  private bytes(): Uint8Array {
    return this.#blocks[this.#block] as Uint8Array;
  }

  private view(): DataView {
    return new DataView(this.bytes().buffer);
  }

  private flags(): number {
    return this.#blocks[this.#block]?.[this.#at + flagsAt] ?? 0;
  }

  /** To the first record. */
  private rewind(): void {
    this.#block = 0;
    this.#at = this.#start;
  }

  /** To the next record, or behind the last. */
  private advance(): void {
    do {
      const bytes = this.bytes();
      this.#at += headLength + (bytes[this.#at] ?? 0) * 256 + (bytes[this.#at + 1] ?? 0);
      if (bytes[this.#at + flagsAt]) continue;
      this.#block++;
      this.#at = 0;
    } while (this.flags() & goneFlag);
  }

  // With nothing but local variables: it looks at each of many.
  private hasRecord(id: number): boolean {
    const blocks = this.#blocks;
    const high = id >> 8;
    const low = id & 0xff;
    let block = 0;
    let bytes = blocks[0];
    let at = this.#start;
    for (let left = this.#journaled; left > 0 && bytes; ) {
      if ((bytes[at + flagsAt] as number) & journaledFlag) {
        if (bytes[at + idAt + 1] === low && bytes[at + idAt] === high) return true;
        left--;
      }
      at += headLength + (bytes[at] as number) * 256 + (bytes[at + 1] as number);
      if (bytes[at + flagsAt]) continue;
      bytes = blocks[++block];
      at = 0;
    }
    return false;
  }
}

// Others are few, or change while they wait.
function isPlain({ policy, expires, onDone, payload }: OutgoingMessage): boolean {
  return policy !== "latest" && expires === undefined && !onDone && payload.length < 65_536;
}
