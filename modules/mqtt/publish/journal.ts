// SPDX-License-Identifier: MIT

import { decodeUtf8 } from "../../base/utf8.ts";
import type { KeyValueDomain } from "../../ecma-419/key-value.ts";
import type { QoS } from "../../ecma-419/mqtt-client.ts";
import { publishHeaderLength } from "../codec/packet-length.ts";
import type { SessionCounters } from "../counters.ts";
import { givesWay, type OutgoingMessage, outgoingMessage, TO_RELEASE } from "./outgoing-message.ts";

/** Keys of messages: this and a number that grows. */
const keyPrefix = "m";

/** Who is notified of failures. */
export interface JournalOwner {
  /** The store has failed; the messages live on in memory. */
  onStoreError(error: unknown): void;
}

export interface JournalOptions {
  readonly store: KeyValueDomain;
  readonly counters: SessionCounters;
  readonly owner: JournalOwner;
  /** ms a message has waited before it is written. */
  readonly age: number;
  /** Largest number of messages in the store. */
  readonly count: number;
  /** Largest number of messages written in an hour, beside `count` at once. */
  readonly perHour: number;
}

const hour = 3_600_000;

/**
 * QoS 1 and 2 messages that survive a power cut. Wear is bounded: only messages that have waited
 * are written, so many in an hour, once, once more (QoS 2) when PUBREC comes and up to twice when
 * connections end at them, and are deleted once: a board that publishes each second must not wear its flash out in an outage. Messages with
 * an expiry are never written. The order of steps makes a cut at any moment harmless: a message is
 * deleted only after its last acknowledgement, and a PUBREC is on record before PUBREL leaves.
 */
export class Journal {
  /** A message is written when it has waited so long, ms. */
  readonly age: number;
  readonly #store: KeyValueDomain;
  readonly #counters: SessionCounters;
  readonly #owner: JournalOwner;
  readonly #maxCount: number;
  readonly #perHour: number;
  // Packet ids of the messages in the store, and the numbers in their keys.
  readonly #ids: number[] = [];
  readonly #numbers: number[] = [];
  #next = 1;
  /** Messages that may be written now, and when that was counted. */
  #allowed: number;
  #counted = 0;

  constructor(options: JournalOptions) {
    this.age = options.age;
    this.#store = options.store;
    this.#counters = options.counters;
    this.#owner = options.owner;
    this.#maxCount = options.count;
    this.#perHour = options.perHour;
    this.#allowed = options.count;
  }

  /** False while no message is written: there are enough, or were within the hour. */
  mayWrite(now: number): boolean {
    if (this.#ids.length >= this.#maxCount) return false;
    if (now === Infinity) return true;
    const more = ((now - this.#counted) * this.#perHour) / hour;
    this.#allowed = Math.min(this.#maxCount, this.#allowed + more);
    this.#counted = now;
    return this.#allowed >= 1;
  }

  /** True when the message should be written now; Infinity: there is no later. */
  wants(message: OutgoingMessage, now: number): boolean {
    const { QoS, expires, since } = message;
    if (QoS === 0 || expires !== undefined || now - since < this.age) return false;
    return this.mayWrite(now);
  }

  /** Writes a message, which has its packet id. */
  write(message: OutgoingMessage): void {
    const number = this.#next++;
    this.#allowed--;
    if (!this.put(`${keyPrefix}${number}`, recordOf(message))) return;
    this.#ids.push(message.id);
    this.#numbers.push(number);
    message.isJournaled = true;
  }

  /** PUBREC has come for a message in the store, or a connection has ended at it. */
  rewrite(message: OutgoingMessage): void {
    const number = this.#numbers[this.#ids.indexOf(message.id)];
    if (number !== undefined) this.put(`${keyPrefix}${number}`, recordOf(message));
  }

  /** A message has ended. */
  remove(message: OutgoingMessage): void {
    const at = this.#ids.indexOf(message.id);
    const number = this.#numbers[at];
    if (number === undefined) return;
    this.#ids.splice(at, 1);
    this.#numbers.splice(at, 1);
    message.isJournaled = false;
    this.delete(`${keyPrefix}${number}`);
  }

  /**
   * Hands on what an earlier life has left, one by one in the order of publication; broken records
   * are deleted.
   */
  load(take: (message: OutgoingMessage) => void): void {
    this.#ids.length = 0;
    this.#numbers.length = 0;
    for (const number of this.storedNumbers()) {
      const key = `${keyPrefix}${number}`;
      this.#next = number + 1;
      const message = this.read(key);
      if (!message) continue;
      this.#ids.push(message.id);
      this.#numbers.push(number);
      take(message);
    }
  }

  private storedNumbers(): number[] {
    const numbers: number[] = [];
    try {
      for (const key of this.#store) {
        const number = key.startsWith(keyPrefix) ? Number(key.slice(keyPrefix.length)) : Number.NaN;
        if (Number.isSafeInteger(number)) numbers.push(number);
      }
    } catch (error) {
      this.failed(error);
    }
    return numbers.sort((a, b) => a - b);
  }

  private read(key: string): OutgoingMessage | undefined {
    try {
      const bytes = this.#store.read(key);
      const message = bytes && messageOfRecord(new Uint8Array(bytes));
      // What cannot be read now may be readable after the next start.
      if (!message) this.delete(key);
      return message;
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  private put(key: string, record: Uint8Array): boolean {
    try {
      this.#counters.journalWrites++;
      this.#store.write(key, record);
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  private delete(key: string): void {
    try {
      this.#counters.journalWrites++;
      this.#store.delete(key);
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    this.#counters.journalErrors++;
    this.#owner.onStoreError(error);
  }
}

/** First byte of each record; another number is another form. */
const recordForm = 1;
/** Bytes in front of the topic: form, flags, packet id, length of the topic. */
const headLength = 6;
const retainFlag = 4;
const awaitsPubcompFlag = 8;
/** Connections that ended at it, 0–2: two bits. Firmware that does not know them ignores them. */
const endingsAt = 4;
/** It does not give way to newer ones. */
const staysFlag = 64;

/**
 * A message as it is stored: form 1, flags (QoS, retain, PUBREC has come, how often a connection has
 * ended at it, whether it stays), id, topic, payload.
 */
export function recordOf(message: OutgoingMessage): Uint8Array {
  const { topic, payload, QoS, retain } = message;
  const name = new TextEncoder().encode(topic);
  const record = new Uint8Array(headLength + name.length + payload.length);
  record[0] = recordForm;
  record[1] =
    QoS |
    (retain ? retainFlag : 0) |
    (message.state >= TO_RELEASE ? awaitsPubcompFlag : 0) |
    ((message.endings ?? 0) << endingsAt) |
    (givesWay(message) ? 0 : staysFlag);
  putNumber(record, 2, message.id);
  putNumber(record, 4, name.length);
  record.set(name, headLength);
  record.set(payload, headLength + name.length);
  return record;
}

/**
 * The message of a record; undefined when it is broken. Whether it had been sent is not on record:
 * it counts as sent, so that it is repeated with DUP when the broker still has the session.
 */
export function messageOfRecord(record: Uint8Array): OutgoingMessage | undefined {
  const flags = record[1] ?? 0;
  const QoS = (flags & 3) as QoS | 3;
  const id = numberAt(record, 2);
  const end = headLength + numberAt(record, 4);
  if (record[0] !== recordForm || QoS === 0 || QoS === 3 || id === 0 || end > record.length) {
    return undefined;
  }
  const topic = decodeUtf8(record.subarray(headLength, end));
  const header = topic === undefined ? undefined : headerOf(topic, record.length - end);
  if (topic === undefined || header === undefined) return undefined;
  // The broker may remember a QoS 2 message: nothing but its end frees the id.
  const policy = QoS === 2 || (flags & staysFlag) !== 0 ? "reject" : "drop-oldest";
  const data = { QoS, retain: (flags & retainFlag) !== 0, policy } as const;
  const message = outgoingMessage(topic, record.slice(end), header, data);
  const endings = (flags >> endingsAt) & 3;
  message.id = id;
  message.duplicate = true;
  message.isJournaled = true;
  if (endings > 0) message.endings = endings;
  if ((flags & awaitsPubcompFlag) !== 0) message.state = TO_RELEASE;
  return message;
}

// Also checks the topic, which must be one that may be sent.
function headerOf(topic: string, byteLength: number): number | undefined {
  try {
    return publishHeaderLength({ topic, QoS: 1, id: 1, byteLength });
  } catch {
    return undefined;
  }
}

function putNumber(record: Uint8Array, at: number, value: number): void {
  record[at] = value >> 8;
  record[at + 1] = value & 0xff;
}

function numberAt(record: Uint8Array, at: number): number {
  return (record[at] ?? 0) * 256 + (record[at + 1] ?? 0);
}
