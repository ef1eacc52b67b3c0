// SPDX-License-Identifier: MIT

import { areEqual } from "../../base/bytes.ts";
import type { Clock, Timers } from "../../base/clock.ts";
import { hexOf } from "../../base/hex.ts";
import type { HostCrypto } from "../../base/host-crypto.ts";
import type { PairingCounters } from "../pairing-counters.ts";
import { isOnline, type PairingMessage, type PairingNetwork, send } from "../pairing-network.ts";
import type { PeerRecord } from "../peer-record.ts";
import { InitiatorExchange, type KeyExchangeOwner, ResponderExchange } from "./key-exchange.ts";
import { encodeLink, isLinkMessage, OVER, overIn, WAKE } from "./link-message.ts";
import { overOf, pairTopic } from "./pair-topics.ts";
import { exchangeOf, isRecord, type OpenedRecord, type Traffic } from "./traffic.ts";

/** Kinds of messages between peers. */
export const HERE = 1;
export const GONE = 2;
export const READING = 3;
export const QUESTION = 4;
export const ANSWER = 5;
export const END = 6;
export const ORDER = 7;
export const RECEIPT = 8;

/** A peer hears of this board at least so often, ms. */
const hereInterval = 60_000;
/** A peer of which nothing was heard for so long is away, ms. */
const awayTime = 150_000;
/** Until a peer has used new keys, it hears of this board so often, ms. */
const confirmInterval = 5_000;
/** New keys that the peer has not used for so long are made again, ms. */
const confirmTime = 30_000;
/** A peer that wants new keys gets them after so long, ms. */
const wakeInterval = 10_000;
/** New keys are made after so long in any case, ms. */
const keysTime = 24 * 3_600_000;

/** What the links of a board have in common. */
export interface LinkOptions {
  readonly crypto: HostCrypto;
  readonly network: PairingNetwork;
  readonly timers: Timers;
  readonly clock: Pick<Clock, "ticks">;
  readonly counters: PairingCounters;
  /** First levels of all topics. */
  readonly root: string;
  readonly owner: LinkOwner;
}

export interface LinkOwner {
  /** The peer is there, or not any more. */
  linkPresence(link: PeerLink): void;
  /** An authentic message but HERE and GONE, which did not come before. */
  linkMessage(link: PeerLink, message: OpenedRecord): void;
  /** The peer has forgotten the pair, which it has proved. */
  linkOver(link: PeerLink): void;
}

/** What goes on between this board and one peer: exchanges of keys, and records. */
export class PeerLink implements KeyExchangeOwner {
  readonly #options: LinkOptions;
  #peer: PeerRecord;
  /** Empty until it is opened. */
  #topic = "";
  #subscription: { close(): void } | undefined;
  #isClosed = false;
  #exchange: InitiatorExchange | ResponderExchange | undefined;
  /** What is sent with. */
  #traffic: Traffic | undefined;
  /** Of the initiator those before, of the responder those that the peer has not used yet. */
  #other: Traffic | undefined;
  #exchangedAt = Number.NEGATIVE_INFINITY;
  #sentAt = Number.NEGATIVE_INFINITY;
  #heardAt: number | undefined;
  #isPresent = false;

  constructor(peer: PeerRecord, options: LinkOptions) {
    this.#options = options;
    this.#peer = peer;
    // A board has up to eight of them, and making the topics of one is enough for a turn.
    options.timers.set(() => this.open(), 0);
  }

  /** As it is stored. */
  get peer(): PeerRecord {
    return this.#peer;
  }

  set peer(peer: PeerRecord) {
    this.#peer = peer;
  }

  /** The peer was heard of lately. */
  get isPresent(): boolean {
    return this.#isPresent;
  }

  /** When the peer was heard of, ticks. */
  get heardAt(): number | undefined {
    return this.#heardAt;
  }

  /** Seals and sends a message of at most 250 bytes. False: there are no keys, or there is no connection. */
  say(kind: number, body: Uint8Array): boolean {
    const traffic = this.#traffic;
    const { network, clock, counters } = this.#options;
    if (!traffic || !isOnline(network)) return false;
    const now = clock.ticks();
    this.#sentAt = now;
    counters.sent++;
    send(network, this.#topic, traffic.seal(kind, body, now));
    return true;
  }

  /** Tells the peer that this board has forgotten the pair, too, as it now has. */
  sayOver(): void {
    const { crypto, network } = this.#options;
    const { secret, isInitiator } = this.#peer;
    send(network, this.#topic, encodeLink(OVER, overOf(crypto, secret, isInitiator)));
  }

  /** Looks at the time. */
  tick(now: number): void {
    // Without a connection nothing is tried in vain: what is due goes out when it is back.
    if (this.#subscription && isOnline(this.#options.network)) this.tickExchange(now);
    const traffic = this.#traffic;
    const pause = traffic?.isConfirmed ? hereInterval : confirmInterval;
    if (now - this.#sentAt >= pause) this.say(HERE, none);
    if (this.#isPresent && now - (this.#heardAt ?? 0) >= awayTime) this.change(false);
  }

  /** Ends it; nothing is told to anybody. */
  close(): void {
    this.#isClosed = true;
    this.#subscription?.close();
    this.#exchange?.close();
    this.#exchange = undefined;
    this.#traffic?.close();
    this.#other?.close();
    this.#traffic = undefined;
    this.#other = undefined;
  }

  // --- for the exchange

  exchangeSends(message: Uint8Array): void {
    send(this.#options.network, this.#topic, message);
  }

  exchangeRefused(): void {
    this.#options.counters.forged++;
  }

  exchangeDone(traffic: Traffic): void {
    this.#options.counters.exchanges++;
    this.#exchangedAt = this.#options.clock.ticks();
    this.#other?.close();
    if (!this.#peer.isInitiator) {
      this.#other = traffic;
      return;
    }
    this.#exchange = undefined;
    this.#other = this.#traffic;
    this.#traffic = traffic;
    this.say(HERE, none);
  }

  private open(): void {
    if (this.#isClosed) return;
    const { isInitiator } = this.#peer;
    this.#topic = this.topicOf(isInitiator);
    this.#subscription = this.#options.network.subscribe(this.topicOf(!isInitiator), {
      QoS: 0,
      onMessage: (message) => this.onMessage(message),
    });
    this.#exchange = isInitiator
      ? new InitiatorExchange(this.exchangeOptions())
      : new ResponderExchange(this.exchangeOptions());
  }

  private exchangeOptions() {
    const { crypto, timers, clock } = this.#options;
    return { crypto, timers, clock, secret: this.#peer.secret, owner: this };
  }

  private topicOf(isInitiator: boolean): string {
    const { crypto, root } = this.#options;
    return `${root}/${hexOf(pairTopic(crypto, this.#peer.secret, isInitiator))}`;
  }

  private tickExchange(now: number): void {
    const exchange = this.#exchange;
    if (exchange) exchange.tick(now, this.#traffic === undefined && this.#other === undefined);
    else {
      // A late message of an earlier exchange may have given the peer other keys.
      const time = this.#traffic?.isConfirmed ? keysTime : confirmTime;
      if (now - this.#exchangedAt >= time) this.beginExchange();
    }
  }

  private beginExchange(): void {
    this.#exchange = new InitiatorExchange(this.exchangeOptions());
  }

  private onMessage({ payload, retain }: PairingMessage): void {
    if (!retain && isRecord(payload)) this.onRecord(payload);
    else if (!retain && isLinkMessage(payload)) this.onLinkMessage(payload);
    else this.#options.counters.forged++;
  }

  private onLinkMessage(bytes: Uint8Array): void {
    const exchange = this.#exchange;
    if (bytes[0] === OVER) this.onOver(bytes);
    else if (exchange) exchange.onMessage(bytes);
    else if (bytes[0] !== WAKE) this.exchangeRefused();
    else if (this.#options.clock.ticks() - this.#exchangedAt < wakeInterval) {
      this.#options.counters.limited++;
    } else this.beginExchange();
  }

  private onOver(bytes: Uint8Array): void {
    const { crypto, owner } = this.#options;
    const { secret, isInitiator } = this.#peer;
    if (areEqual(overIn(bytes), overOf(crypto, secret, !isInitiator))) owner.linkOver(this);
    else this.exchangeRefused();
  }

  private onRecord(bytes: Uint8Array): void {
    const { counters, clock } = this.#options;
    const exchange = exchangeOf(bytes);
    const isNow = this.#traffic?.exchange === exchange;
    const traffic = isNow ? this.#traffic : this.#other;
    if (traffic?.exchange !== exchange) {
      counters.stale++;
      return;
    }
    const now = clock.ticks();
    const record = traffic.open(bytes, now, counters);
    if (!record) return;
    this.used(traffic, isNow);
    if (record.isNewest) this.heard(record, now);
    if (record.kind > GONE) this.#options.owner.linkMessage(this, record);
  }

  /** What was held back for long says nothing about now. */
  private heard({ kind, delay }: OpenedRecord, now: number): void {
    this.#heardAt = Math.max(this.#heardAt ?? 0, now - delay);
    this.change(kind !== GONE && now - this.#heardAt < awayTime);
  }

  /** The peer has used those keys: the responder does so, too; the initiator's old ones are over. */
  private used(traffic: Traffic, isNow: boolean): void {
    if (isNow) {
      if (this.#peer.isInitiator) this.forgetOther();
      return;
    }
    if (this.#peer.isInitiator) return;
    this.#other = undefined;
    this.#traffic?.close();
    this.#traffic = traffic;
    if (this.#exchange instanceof ResponderExchange) this.#exchange.confirm();
    this.say(HERE, none);
  }

  private forgetOther(): void {
    this.#other?.close();
    this.#other = undefined;
  }

  private change(isPresent: boolean): void {
    if (this.#isPresent === isPresent) return;
    this.#isPresent = isPresent;
    this.#options.owner.linkPresence(this);
  }
}

const none = new Uint8Array(0);
