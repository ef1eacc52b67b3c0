// SPDX-License-Identifier: MIT

import type { Clock, Random } from "../../base/clock.ts";
import type { KeyValueDomain } from "../../ecma-419/key-value.ts";
import { isNoAnswer, needsPerson } from "../connection-error.ts";

/** Where it is kept what an outage has taught. */
const storeKey = "retry";
/** First byte of that record; another number is another form. */
const recordForm = 2;
/** Bytes: form, unanswered attempts, step of the outage's length, checksum of whom they concern. */
const recordLength = 7;
/** The first step of the outage's length that is kept, ms; each further one is twice as long. */
const firstStep = 8_000;
/** The last: from here on the wait does not grow. */
const lastStep = 7;
/** So many boards may come back in a second, when their broker has lost all of them. */
const boardsPerSecond = 200;
/** Over less time than this nobody is spread, ms. */
const leastSpread = 500;
/** Least wait after a "no", ms. */
const pause = 200;
/** The wait after a "no" grows from this with the sixteenth part of the outage, to that, ms. */
const shortestBound = 1_000;
const longestBound = 30_000;
/**
 * So long a broker may end secure handshakes without a reason before it is taken for a refusal, ms:
 * one that starts, or the proxy before it, does so for a while.
 */
const earlyEndTime = 120_000;

/** Who is notified of failures. */
export interface ReconnectOwner {
  /** The store has failed; what it would have kept lives on in memory. */
  onStoreError(error: unknown): void;
}

/** What a `Reconnect` needs beside the times that an application may set. */
export interface ReconnectParts {
  /** Number of brokers. */
  readonly brokers: number;
  /** Of brokers, user and password: what was learnt of others means nothing for them. */
  readonly checksum: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: KeyValueDomain | undefined;
  readonly owner: ReconnectOwner;
}

/** How to come back after a lost link. */
export interface ReconnectOptions {
  /**
   * Boards that share the broker, 1–100,000; default 10. When they lose it together they come back
   * spread over a two-hundredth of so many seconds, at least 0.5 s.
   */
  readonly boards?: number;
  /** Upper bound of the wait when there was no answer, ms; doubled for each further one. 4,000. */
  readonly first?: number;
  /** Upper bound of those waits, ms; default 120,000. */
  readonly cap?: number;
  /** A link is stable when the broker has confirmed something and it has held so long; 30,000 ms. */
  readonly stable?: number;
  /** Wait after "bad credentials" and other refusals that only a person can mend: this to twice
   * this, ms; default 300,000. */
  readonly refused?: number;
}

/** When to try again, and which broker; all waits in ms. */
export interface RetryPlan {
  /** Index of the broker to try now. */
  readonly broker: number;
  /** Failures since the last stable link. */
  readonly failures: number;
  /** So long a link must hold to be stable, ms. */
  readonly stable: number;
  /** Boards that lose their broker, or their network, together come back spread over this time. */
  readonly spread: number;
  /** The wait before the very first attempt. */
  readonly startDelay: number;
  /** The broker has accepted. True when a session that it has is the one that we know. */
  accepted(): boolean;
  /** An attempt has failed. */
  failed(code: string): number;
  /** A link was lost before it was stable. */
  kicked(): number;
  /** The same, and the broker has ended it with something of ours on its way; `isKnown`: it is known at what. */
  ended(isKnown: boolean): number;
  /** A link was lost that had been stable, or for a message that was given up. */
  lost(): number;
  /** The link has been stable. */
  reset(): void;
  /**
   * From now on it is about other brokers, users or passwords, so many and of this checksum;
   * `isElsewhere`: the session that we know is not there.
   */
  moved(brokers: number, checksum: number, isElsewhere: boolean): void;
}

/**
 * The wait follows the kind of the failure. A broker that says no at once is asked again soon, less
 * often the longer the outage lasts; one that does not answer at all, or accepts and then closes
 * again and again, twice as late each time; one that only a person can satisfy, rarely. Every wait
 * is drawn at random, so that boards that failed together do not come back together.
 *
 * What was learnt in an outage survives a reboot: a board that restarts in a loop must not hammer.
 */
export class Reconnect implements RetryPlan {
  #brokers: number;
  #checksum: number;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #store: KeyValueDomain | undefined;
  readonly #owner: ReconnectOwner;
  readonly #first: number;
  readonly #cap: number;
  readonly #refused: number;
  readonly stable: number;
  readonly spread: number;
  #failures = 0;
  #refusals = 0;
  /** Since when handshakes have been ended early, ticks. */
  #earlyEnds: number | undefined;
  /** Attempts that were not answered. */
  #silences = 0;
  /** Links that were lost before they were stable. */
  #kicks = 0;
  /** When the outage began, ticks. */
  #since: number | undefined;
  /** What the store holds: unanswered attempts × 256 and the step of the outage's length. */
  #stored = 0;
  #broker = 0;
  /** The broker that has accepted us last: the session is that one's. */
  #home: number | undefined;

  constructor(parts: ReconnectParts, options: ReconnectOptions = {}) {
    const {
      boards = 10,
      first = 4_000,
      cap = 120_000,
      stable = 30_000,
      refused = 300_000,
    } = options;
    this.#brokers = parts.brokers;
    if (parts.brokers === 1) this.#home = 0;
    this.#checksum = parts.checksum;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#store = parts.store;
    this.#owner = parts.owner;
    this.#first = first;
    this.#cap = cap;
    this.#refused = refused;
    this.stable = stable;
    this.spread = Math.max(leastSpread, (1_000 * boards) / boardsPerSecond);
    this.load();
  }

  get broker(): number {
    return this.#broker;
  }

  /** After a reboot in an outage it begins with 1. */
  get failures(): number {
    return this.#failures;
  }

  /** 0, or what an earlier life left over. */
  get startDelay(): number {
    if (this.#failures === 0) return 0;
    return this.#silences === 0 ? this.afterNo() : this.afterSilence(this.#silences - 1);
  }

  /** False with another broker than last time, or one of several after a start: its session is old. */
  accepted(): boolean {
    const isHome = this.#home === this.#broker;
    this.#home = this.#broker;
    return isHome;
  }

  failed(code: string): number {
    const brokers = this.#brokers;
    this.next();
    const isRefused = needsPerson(code) || this.endsEarly(code);
    this.#refusals = isRefused ? this.#refusals + 1 : 0;
    // A "no" is an answer: who gives it is there.
    const delay = isNoAnswer(code) ? this.afterSilence(this.#silences++) : this.afterNo();
    if (!isNoAnswer(code) && this.#kicks === 0) this.#silences = 0;
    this.save();
    if (this.#refusals < brokers) return delay;
    // Every broker has refused: asking again soon would only fill their logs.
    this.#refusals = 0;
    return Math.floor(this.#refused * (1 + this.#random()));
  }

  kicked(): number {
    this.next();
    const delay = this.#kicks++ === 0 ? this.afterNo() : this.afterSilence(this.#silences++);
    this.save();
    return delay;
  }

  /** Soon, as after a "no": what is known is given up after three of them, so there are not many. */
  ended(isKnown: boolean): number {
    const isFirst = this.#failures === 0;
    this.next();
    if (isKnown) {
      // Should it go on so with nothing confirmed, the waits grow from there.
      this.#kicks++;
      this.#silences++;
    }
    this.save();
    // Three cuts of a bad network look the same, so they should not follow too closely.
    return isFirst || !isKnown ? this.afterNo() : pause + this.afterSilence(0);
  }

  /** The same broker is tried first. */
  lost(): number {
    this.reset();
    this.#since = this.#clock.ticks();
    return Math.floor(this.#random() * this.spread);
  }

  reset(): void {
    this.#failures = 0;
    this.#refusals = 0;
    this.#earlyEnds = undefined;
    this.#silences = 0;
    this.#kicks = 0;
    this.#since = undefined;
    this.save();
  }

  moved(brokers: number, checksum: number, isElsewhere: boolean): void {
    // With the old checksum, under which it is stored.
    this.reset();
    this.#brokers = brokers;
    this.#checksum = checksum;
    if (!isElsewhere) return;
    this.#broker = 0;
    this.#home = undefined;
  }

  private next(): void {
    this.#since ??= this.#clock.ticks();
    this.#failures++;
    this.#broker = (this.#broker + 1) % this.#brokers;
  }

  /** True when the broker has done nothing but end handshakes for too long. */
  private endsEarly(code: string): boolean {
    const now = this.#clock.ticks();
    this.#earlyEnds = code === "mqtt/tls-closed" ? (this.#earlyEnds ?? now) : undefined;
    return this.#earlyEnds !== undefined && now - this.#earlyEnds >= earlyEndTime;
  }

  private afterNo(): number {
    const bound = Math.min(longestBound, shortestBound + this.outage / 16);
    // With those that try for the first time, no more of a large fleet in a second than of lost links.
    return pause + Math.floor(this.#random() * Math.max(1.5 * this.spread, bound));
  }

  /** The wait grows when all brokers have been tried, not from one to the next. */
  private afterSilence(before: number): number {
    const round = Math.floor(before / this.#brokers);
    const bound = Math.min(this.#cap, this.#first * 2 ** round);
    return Math.floor(this.#random() * Math.max(this.spread, bound));
  }

  private get outage(): number {
    return this.#since === undefined ? 0 : this.#clock.ticks() - this.#since;
  }

  private load(): void {
    try {
      const bytes = this.#store?.read(storeKey);
      if (bytes?.byteLength !== recordLength) return;
      const view = new DataView(bytes);
      if (view.getUint8(0) !== recordForm || view.getUint32(3) !== this.#checksum) return;
      this.#stored = view.getUint16(1);
      const step = this.#stored & 0xff;
      this.#silences = this.#stored >> 8;
      this.#since = this.#clock.ticks() - (step === 0 ? 0 : firstStep * 2 ** (step - 1));
      this.#failures = 1;
    } catch (error) {
      this.#owner.onStoreError(error);
    }
  }

  /** Larger numbers change nothing, so writing ends there: few writes for each outage. */
  private get record(): number {
    const rounds = Math.ceil(Math.log2(this.#cap / this.#first)) + 1;
    const silences = Math.min(255, this.#silences, Math.max(0, rounds) * this.#brokers);
    const step = Math.floor(Math.log2(Math.max(1, this.outage) / firstStep)) + 1;
    return silences * 256 + Math.max(0, Math.min(lastStep, step));
  }

  private save(): void {
    const record = this.#failures === 0 ? 0 : this.record;
    if (record === this.#stored) return;
    try {
      if (record === 0) this.#store?.delete(storeKey);
      else this.#store?.write(storeKey, this.bytesOf(record));
      this.#stored = record;
    } catch (error) {
      this.#owner.onStoreError(error);
    }
  }

  private bytesOf(record: number): Uint8Array {
    const bytes = new Uint8Array(recordLength);
    const view = new DataView(bytes.buffer);
    view.setUint8(0, recordForm);
    view.setUint16(1, record);
    view.setUint32(3, this.#checksum);
    return bytes;
  }
}
