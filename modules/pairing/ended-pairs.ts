// SPDX-License-Identifier: MIT

import { areEqual } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { hexOf } from "../base/hex.ts";
import type { HostCrypto } from "../base/host-crypto.ts";
import type { KeyValueDomain } from "../ecma-419/key-value.ts";
import { encodeLink, isLinkMessage, OVER, overIn, overLength } from "./link/link-message.ts";
import { overOf, pairTopic, topicLength } from "./link/pair-topics.ts";
import { isRecord } from "./link/traffic.ts";
import type { PairingCounters } from "./pairing-counters.ts";
import { type PairingMessage, type PairingNetwork, send } from "./pairing-network.ts";
import type { PeerRecord } from "./peer-record.ts";

/** Where they are stored. */
export const endedKey = "ended";
/** Pairs that are kept, at most: the last ones. */
const maxEnded = 4;
/** The other end of one is answered once in so many ms. */
const answerInterval = 1_000;
// The topics that this board hears and uses, what it says, and what the other end says.
const at = Object.freeze({ hears: 0, uses: 16, says: 32, wants: 48 });
const entryLength = 64;

export interface EndedPairsOptions {
  readonly crypto: Pick<HostCrypto, "hmacSHA256">;
  readonly network: PairingNetwork;
  readonly clock: Pick<Clock, "ticks">;
  readonly counters: PairingCounters;
  readonly domain: KeyValueDomain;
  /** First levels of all topics. */
  readonly root: string;
}

/** One of them; of its secret there is nothing left but what it was made into. */
interface EndedPair {
  readonly bytes: Uint8Array;
  readonly isStored: boolean;
  readonly subscription: { close(): void };
  answeredAt: number;
}

/**
 * Pairs that this board has forgotten, and whose other end may not know that. Whatever it says is answered
 * with the proof that the pair is over, until it has said the same. That outlives the power; see
 * docs/pairing.md.
 */
export class EndedPairs {
  readonly #options: EndedPairsOptions;
  /** The last first. */
  readonly #pairs: EndedPair[] = [];

  /** Takes up what is stored. Throws what the storage throws. */
  constructor(options: EndedPairsOptions) {
    this.#options = options;
    const stored = new Uint8Array(options.domain.read(endedKey) ?? new ArrayBuffer(0));
    const end = Math.min(stored.length, maxEnded * entryLength);
    for (let from = 0; from + entryLength <= end; from += entryLength) {
      this.#pairs.push(this.open(stored.slice(from, from + entryLength), true));
    }
  }

  /** From now on a pair is over, also after a start, and its other end is told. Throws what the storage throws. */
  store(record: PeerRecord): void {
    const bytes = this.entryOf(record);
    this.write([bytes, ...this.storedBytes().slice(0, maxEnded - 1)]);
    this.add(bytes, true);
  }

  /** The same for a storage that takes nothing: until the power goes. */
  hold(record: PeerRecord): void {
    this.add(this.entryOf(record), false);
  }

  /** Whether a pair that is still stored is over: the power has gone before it was forgotten. */
  has({ secret, isInitiator }: PeerRecord): boolean {
    if (this.#pairs.length === 0) return false;
    const own = overOf(this.#options.crypto, secret, isInitiator);
    return this.#pairs.some(({ bytes }) => areEqual(partOf(bytes, at.says), own));
  }

  close(): void {
    for (const { subscription } of this.#pairs.splice(0)) subscription.close();
  }

  private add(bytes: Uint8Array, isStored: boolean): void {
    const pair = this.open(bytes, isStored);
    this.#pairs.unshift(pair);
    for (const { subscription } of this.#pairs.splice(maxEnded)) subscription.close();
    this.answer(pair);
  }

  private open(bytes: Uint8Array, isStored: boolean): EndedPair {
    const { network } = this.#options;
    const subscription = network.subscribe(this.topicAt(bytes, at.hears), {
      QoS: 0,
      onMessage: (message) => this.onMessage(pair, message),
    });
    const pair = { bytes, isStored, subscription, answeredAt: Number.NEGATIVE_INFINITY };
    return pair;
  }

  private onMessage(pair: EndedPair, { payload, retain }: PairingMessage): void {
    const { clock, counters } = this.#options;
    if (retain || !(isRecord(payload) || isLinkMessage(payload))) counters.forged++;
    else if (payload[0] === OVER) {
      if (areEqual(overIn(payload), partOf(pair.bytes, at.wants))) this.remove(pair);
      else counters.forged++;
    } else if (clock.ticks() - pair.answeredAt < answerInterval) counters.limited++;
    else this.answer(pair);
  }

  private answer(pair: EndedPair): void {
    const { network, clock } = this.#options;
    pair.answeredAt = clock.ticks();
    const message = encodeLink(OVER, partOf(pair.bytes, at.says));
    send(network, this.topicAt(pair.bytes, at.uses), message);
  }

  /** The other end has forgotten it, too. */
  private remove(pair: EndedPair): void {
    pair.subscription.close();
    this.#pairs.splice(this.#pairs.indexOf(pair), 1);
    if (!pair.isStored) return;
    try {
      this.write(this.storedBytes());
    } catch {
      // It is taken up again at the next start, where it is of no harm.
    }
  }

  private storedBytes(): Uint8Array[] {
    return this.#pairs.filter(({ isStored }) => isStored).map(({ bytes }) => bytes);
  }

  private write(entries: readonly Uint8Array[]): void {
    const { domain } = this.#options;
    if (entries.length === 0) {
      domain.delete(endedKey);
      return;
    }
    const all = new Uint8Array(entries.length * entryLength);
    for (const [index, bytes] of entries.entries()) all.set(bytes, index * entryLength);
    domain.write(endedKey, all);
  }

  private entryOf({ secret, isInitiator }: PeerRecord): Uint8Array {
    const { crypto } = this.#options;
    const bytes = new Uint8Array(entryLength);
    bytes.set(pairTopic(crypto, secret, !isInitiator), at.hears);
    bytes.set(pairTopic(crypto, secret, isInitiator), at.uses);
    bytes.set(overOf(crypto, secret, isInitiator), at.says);
    bytes.set(overOf(crypto, secret, !isInitiator), at.wants);
    return bytes;
  }

  private topicAt(bytes: Uint8Array, from: number): string {
    return `${this.#options.root}/${hexOf(bytes.subarray(from, from + topicLength))}`;
  }
}

function partOf(bytes: Uint8Array, from: number): Uint8Array {
  return bytes.subarray(from, from + overLength);
}
