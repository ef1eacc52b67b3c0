// SPDX-License-Identifier: MIT

import { type HostCrypto, sealTagLength } from "../../base/host-crypto.ts";
import { type NoiseKeys, noiseNonce } from "../crypto/noise.ts";
import { isZero } from "../exchange/exchange-message.ts";
import type { PairingCounters } from "../pairing-counters.ts";
import { RECORD } from "./link-message.ts";

const keyLength = 32;
/** Kind of message, exchange, counter. */
const headLength = 13;
/** Kind, length, age of the exchange. */
const plainHead = 6;
/** Lengths of a plaintext. */
const steps = Object.freeze([32, 64, 128, 256] as const);
/** Counters behind the newest that may still come. */
const windowLength = 64;
/** The age of an exchange is told in units of so many ms. */
const ageUnit = 100;

/** Bytes that a message has at most. */
export const longestBody = 256 - plainHead;

/** What a record says. */
export interface OpenedRecord {
  readonly kind: number;
  /** A copy. */
  readonly body: Uint8Array;
  /** How long it took, ms, by the time since the exchange at both ends. */
  readonly delay: number;
  /** None that was sent later has come before. */
  readonly isNewest: boolean;
}

/** The keys of one run between two boards, with their counters: seals and opens records. */
export class Traffic {
  readonly #crypto: HostCrypto;
  /** Send, receive. */
  readonly #keys = new Uint8Array(2 * keyLength);
  /** Which exchange they are of: the beginning of its hash. */
  readonly exchange: number;
  /** When the exchange was made, ticks. */
  readonly since: number;
  #sent = 0;
  #newest = -1;
  /** Which counters have come, bit i for newest - i, and for newest - 32 - i. */
  #recent = 0;
  #earlier = 0;

  constructor(crypto: HostCrypto, keys: NoiseKeys, since: number) {
    this.#crypto = crypto;
    this.#keys.set(keys.send);
    this.#keys.set(keys.receive, keyLength);
    keys.send.fill(0);
    keys.receive.fill(0);
    this.exchange = exchangeIn(keys.hash, 0);
    this.since = since;
  }

  /** Something was received with them. */
  get isConfirmed(): boolean {
    return this.#newest >= 0;
  }

  /** The record of a message of at most 250 bytes. */
  seal(kind: number, body: Uint8Array, ticks: number): Uint8Array {
    const needed = plainHead + body.length;
    const plain = new Uint8Array(steps.find((step) => step >= needed) ?? steps[0]);
    const age = Math.floor((ticks - this.since) / ageUnit);
    plain[0] = kind;
    plain[1] = body.length;
    new DataView(plain.buffer).setUint32(2, age);
    plain.set(body, plainHead);
    const count = this.#sent++;
    const record = new Uint8Array(headLength + plain.length + sealTagLength);
    const view = new DataView(record.buffer);
    record[0] = RECORD;
    view.setUint32(1, this.exchange);
    view.setUint32(5, Math.floor(count / 2 ** 32));
    view.setUint32(9, count >>> 0);
    const key = this.#keys.subarray(0, keyLength);
    const head = record.subarray(0, headLength);
    record.set(this.#crypto.seal(key, noiseNonce(count), head, plain), headLength);
    return record;
  }

  /** What a record of this exchange says; undefined: nothing, which is counted. */
  open(record: Uint8Array, ticks: number, counters: PairingCounters): OpenedRecord | undefined {
    const view = new DataView(record.buffer, record.byteOffset, record.length);
    const high = view.getUint32(5);
    const count = high * 2 ** 32 + view.getUint32(9);
    if (high >= 2 ** 21) {
      counters.forged++;
      return undefined;
    }
    if (this.hasCome(count)) {
      counters.replayed++;
      return undefined;
    }
    const key = this.#keys.subarray(keyLength);
    const head = record.subarray(0, headLength);
    const sealed = record.subarray(headLength);
    const plain = this.#crypto.open(key, noiseNonce(count), head, sealed);
    const end = plainHead + (plain?.[1] ?? 0);
    if (!plain || end > plain.length || !isZero(plain, end)) {
      counters.forged++;
      return undefined;
    }
    const isNewest = count > this.#newest;
    this.take(count);
    counters.received++;
    const age = new DataView(plain.buffer, plain.byteOffset).getUint32(2) * ageUnit;
    const delay = Math.max(0, ticks - this.since - age);
    return { kind: plain[0] as number, body: plain.slice(plainHead, end), delay, isNewest };
  }

  /** Forgets the keys. */
  close(): void {
    this.#keys.fill(0);
  }

  private hasCome(count: number): boolean {
    const behind = this.#newest - count;
    if (behind < 0) return false;
    if (behind >= windowLength) return true;
    const bits = behind < 32 ? this.#recent : this.#earlier;
    return ((bits >>> (behind & 31)) & 1) === 1;
  }

  private take(count: number): void {
    const ahead = count - this.#newest;
    if (ahead > 0) {
      this.shift(Math.min(ahead, windowLength));
      this.#newest = count;
      this.#recent |= 1;
      return;
    }
    const bit = 1 << (-ahead & 31);
    if (-ahead < 32) this.#recent |= bit;
    else this.#earlier |= bit;
  }

  /** Makes room for counters that are `by` ahead. */
  private shift(by: number): void {
    if (by >= 32) {
      this.#earlier = by >= windowLength ? 0 : this.#recent << (by - 32);
      this.#recent = 0;
      return;
    }
    this.#earlier = (this.#earlier << by) | (this.#recent >>> (32 - by));
    this.#recent <<= by;
  }
}

/** Whether bytes have the form of a record. */
export function isRecord(bytes: Uint8Array): boolean {
  const length = bytes.length - headLength - sealTagLength;
  return bytes[0] === RECORD && steps.some((step) => step === length);
}

/** Which exchange a record is of. */
export function exchangeOf(record: Uint8Array): number {
  return exchangeIn(record, 1);
}

function exchangeIn(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at);
}
