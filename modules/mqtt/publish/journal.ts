// SPDX-License-Identifier: MIT

import type { KeyValueDomain } from "../../ecma-419/key-value.ts";
import type { SessionCounters } from "../counters.ts";
import { messageOfRecord, recordOf } from "./journal-record.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";

/** Keys of messages: this and a number that grows. */
const PREFIX = "m";

export interface JournalSetup {
  readonly store: KeyValueDomain;
  readonly counters: SessionCounters;
  /** ms a message has waited before it is written. */
  readonly age: number;
  /** Largest number of messages in the store. */
  readonly count: number;
  /** Largest number of messages written in an hour, beside `count` at once. */
  readonly perHour: number;
  /** The store has failed; the messages live on in memory. */
  readonly onError: (error: unknown) => void;
}

const HOUR = 3_600_000;

/**
 * QoS 1 and 2 messages that survive a power cut. Wear is bounded: only messages that have waited
 * are written, so many in an hour, once, and once more (QoS 2) when PUBREC comes, and are deleted
 * once: a board that publishes each second must not wear its flash out in an outage. Messages with
 * an expiry are never written. The order of steps makes a cut at any moment harmless: a message is
 * deleted only after its last acknowledgement, and a PUBREC is on record before PUBREL leaves.
 */
export class Journal {
  readonly #setup: JournalSetup;
  // Packet ids of the messages in the store, and the numbers in their keys.
  readonly #ids: number[] = [];
  readonly #numbers: number[] = [];
  #next = 1;
  /** Messages that may be written now, and when that was counted. */
  #allowed: number;
  #counted = 0;

  constructor(setup: JournalSetup) {
    this.#setup = setup;
    this.#allowed = setup.count;
  }

  /** A message is written when it has waited so long, ms. */
  get age(): number {
    return this.#setup.age;
  }

  /** False while no message is written: there are enough, or were within the hour. */
  mayWrite(now: number): boolean {
    const { count, perHour } = this.#setup;
    if (this.#ids.length >= count) return false;
    if (now === Infinity) return true;
    const more = ((now - this.#counted) * perHour) / HOUR;
    this.#allowed = Math.min(count, this.#allowed + more);
    this.#counted = now;
    return this.#allowed >= 1;
  }

  /** True when the message should be written now; Infinity: there is no later. */
  wants(message: OutgoingMessage, now: number): boolean {
    const { QoS, expires, since } = message.facts;
    if (QoS === 0 || expires !== Infinity || now - since < this.age) return false;
    return this.mayWrite(now);
  }

  /** Writes a message, which has its packet id. */
  write(message: OutgoingMessage): void {
    const number = this.#next++;
    this.#allowed--;
    if (!this.#put(`${PREFIX}${number}`, recordOf(message))) return;
    this.#ids.push(message.id);
    this.#numbers.push(number);
    message.stored = true;
  }

  /** PUBREC has come for a message in the store. */
  release(message: OutgoingMessage): void {
    const number = this.#numbers[this.#ids.indexOf(message.id)];
    if (number !== undefined) this.#put(`${PREFIX}${number}`, recordOf(message));
  }

  /** A message has ended. */
  remove(message: OutgoingMessage): void {
    const at = this.#ids.indexOf(message.id);
    const number = this.#numbers[at];
    if (number === undefined) return;
    this.#ids.splice(at, 1);
    this.#numbers.splice(at, 1);
    message.stored = false;
    this.#delete(`${PREFIX}${number}`);
  }

  /** What an earlier life has left, in the order of publication; broken records are deleted. */
  load(): OutgoingMessage[] {
    const messages: OutgoingMessage[] = [];
    this.#ids.length = 0;
    this.#numbers.length = 0;
    for (const number of this.#storedNumbers()) {
      const key = `${PREFIX}${number}`;
      this.#next = number + 1;
      const message = this.#read(key);
      if (message) {
        this.#ids.push(message.id);
        this.#numbers.push(number);
        messages.push(message);
      }
    }
    return messages;
  }

  #storedNumbers(): number[] {
    const numbers: number[] = [];
    try {
      for (const key of this.#setup.store) {
        const number = key.startsWith(PREFIX) ? Number(key.slice(PREFIX.length)) : Number.NaN;
        if (Number.isSafeInteger(number)) numbers.push(number);
      }
    } catch (error) {
      this.#failed(error);
    }
    return numbers.sort((a, b) => a - b);
  }

  #read(key: string): OutgoingMessage | undefined {
    try {
      const bytes = this.#setup.store.read(key);
      const message = bytes && messageOfRecord(new Uint8Array(bytes));
      // What cannot be read now may be readable after the next start.
      if (!message) this.#delete(key);
      return message;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  #put(key: string, record: Uint8Array): boolean {
    try {
      this.#setup.counters.journalWrites++;
      this.#setup.store.write(key, record);
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  #delete(key: string): void {
    try {
      this.#setup.counters.journalWrites++;
      this.#setup.store.delete(key);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#setup.counters.journalErrors++;
    this.#setup.onError(error);
  }
}
