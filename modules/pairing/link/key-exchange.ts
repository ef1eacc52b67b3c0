// SPDX-License-Identifier: MIT

import { areEqual } from "../../base/bytes.ts";
import type { Clock, Timers } from "../../base/clock.ts";
import type { HostCrypto } from "../../base/host-crypto.ts";
import { NoiseHandshake } from "../crypto/noise.ts";
import {
  ASK,
  derived,
  encodeLink,
  FIRST,
  firstIn,
  KNOCK,
  linkMac,
  macIn,
  nonceIn,
  nonceLength,
  prologueOf,
  SECOND,
  secondIn,
  WAKE,
} from "./link-message.ts";
import { Traffic } from "./traffic.ts";

/** What an exchange of keys needs of its board. */
export interface KeyExchangeOptions {
  readonly crypto: HostCrypto;
  readonly timers: Timers;
  readonly clock: Pick<Clock, "ticks">;
  /** The secret of the pair. */
  readonly secret: Uint8Array;
  readonly owner: KeyExchangeOwner;
}

export interface KeyExchangeOwner {
  /** A message for the other end. */
  exchangeSends(message: Uint8Array): void;
  /** The keys are there. */
  exchangeDone(traffic: Traffic): void;
  /** The message was no part of it. */
  exchangeRefused(): void;
}

/** First and longest time to the next repetition, ms. */
const firstPause = 2_000;
const longestPause = 60_000;
/** An answer to FIRST is waited for so long, ms; then everything begins anew. */
const answerTime = 30_000;
/** A KNOCK is answered after so long, ms. */
const knockInterval = 1_000;
/** The same answer is given again after so long, ms. */
const answerInterval = 500;

/** Says when what was not answered is sent again: after 2, 4, 8 … 60 s. */
class Repetition {
  #at = 0;
  #pause = firstPause;

  /** It is sent now. */
  begin(now: number): void {
    this.#pause = firstPause;
    this.#at = now + firstPause;
  }

  /** Whether it is time. */
  isDue(now: number): boolean {
    if (now < this.#at) return false;
    this.#pause = Math.min(2 * this.#pause, longestPause);
    this.#at = now + this.#pause;
    return true;
  }

  /** Whether it was sent a moment ago. */
  isFresh(now: number): boolean {
    return now < this.#at - this.#pause + firstPause;
  }
}

function handshakeOf(
  { crypto, secret }: KeyExchangeOptions,
  nonceI: Uint8Array,
  nonceR: Uint8Array,
  isInitiator: boolean,
): NoiseHandshake {
  const psk = derived(crypto, secret, "psk");
  const prologue = prologueOf(nonceI, nonceR);
  return new NoiseHandshake({ crypto, psk, prologue, isInitiator });
}

/** The end that begins: KNOCK until it is asked, FIRST until it is answered. */
export class InitiatorExchange {
  readonly #options: KeyExchangeOptions;
  readonly #repetition = new Repetition();
  #nonce: Uint8Array;
  /** Of the other end; undefined: it has not asked. */
  #nonceR: Uint8Array | undefined;
  #handshake: NoiseHandshake | undefined;
  #message: Uint8Array | undefined;
  #firstAt = 0;
  /** The second message is being worked on. */
  #isReading = false;
  #isOver = false;

  constructor(options: KeyExchangeOptions) {
    this.#options = options;
    this.#nonce = options.crypto.randomBytes(nonceLength);
    this.begin();
  }

  close(): void {
    this.#isOver = true;
    this.#handshake?.close();
  }

  /** Looks at the time. */
  tick(now: number): void {
    if (this.#nonceR && this.#firstAt > 0 && now - this.#firstAt >= answerTime) {
      this.#handshake?.close();
      this.#nonce = this.#options.crypto.randomBytes(nonceLength);
      this.begin();
    } else if (this.#message && this.#repetition.isDue(now)) this.send(this.#message);
  }

  onMessage(bytes: Uint8Array): void {
    if (bytes[0] === ASK) this.onAsk(bytes);
    else if (bytes[0] === SECOND) this.onSecond(bytes);
    else if (bytes[0] === WAKE) this.onWake();
    else this.#options.owner.exchangeRefused();
  }

  private begin(): void {
    this.#nonceR = undefined;
    this.#handshake = undefined;
    this.#firstAt = 0;
    this.#repetition.begin(this.#options.clock.ticks());
    this.#message = encodeLink(KNOCK, this.#nonce);
    this.send(this.#message);
  }

  /** The other end has started: it need not wait for the next KNOCK. */
  private onWake(): void {
    const now = this.#options.clock.ticks();
    if (this.#nonceR || !this.#message || this.#repetition.isFresh(now)) return;
    this.#repetition.begin(now);
    this.send(this.#message);
  }

  private onAsk(bytes: Uint8Array): void {
    const { crypto, secret, timers, owner } = this.#options;
    // It is asked once: whoever plays its KNOCK back to the other end changes nothing.
    if (this.#nonceR) return;
    const nonceR = nonceIn(bytes);
    const mac = linkMac(crypto, secret, ASK, this.#nonce, nonceR);
    if (!areEqual(mac, macIn(bytes))) {
      owner.exchangeRefused();
      return;
    }
    this.#nonceR = nonceR;
    this.#message = undefined;
    this.#handshake?.close();
    const handshake = handshakeOf(this.#options, this.#nonce, nonceR, true);
    this.#handshake = handshake;
    timers.set(() => this.sendFirst(handshake), 0);
  }

  private sendFirst(handshake: NoiseHandshake): void {
    if (this.#isOver || this.#handshake !== handshake) return;
    handshake.generate();
    const now = this.#options.clock.ticks();
    this.#firstAt = now;
    this.#repetition.begin(now);
    this.#message = encodeLink(FIRST, this.#nonce, handshake.writeFirst());
    this.send(this.#message);
  }

  private onSecond(bytes: Uint8Array): void {
    const { crypto, secret, timers, owner } = this.#options;
    const nonceR = this.#nonceR;
    const handshake = this.#handshake;
    if (!nonceR || !handshake || this.#firstAt === 0 || this.#isReading) {
      owner.exchangeRefused();
      return;
    }
    const second = secondIn(bytes).slice();
    const mac = linkMac(crypto, secret, SECOND, this.#nonce, nonceR, second);
    if (!areEqual(mac, macIn(bytes))) {
      owner.exchangeRefused();
      return;
    }
    this.#isReading = true;
    timers.set(() => this.finish(handshake, second), 0);
  }

  private finish(handshake: NoiseHandshake, second: Uint8Array): void {
    const { crypto, owner } = this.#options;
    if (this.#isOver) return;
    this.#isReading = false;
    if (!handshake.readSecond(second)) {
      // Only the peer itself can have done that; what there is cannot be used again.
      owner.exchangeRefused();
      this.#nonce = crypto.randomBytes(nonceLength);
      this.begin();
      return;
    }
    this.#isOver = true;
    owner.exchangeDone(new Traffic(crypto, handshake.split(), this.#firstAt));
  }

  private send(message: Uint8Array): void {
    this.#options.owner.exchangeSends(message);
  }
}

/** A first message that is being answered. */
interface TakenFirst {
  readonly handshake: NoiseHandshake;
  readonly first: Uint8Array;
  /** The nonce that it was made with. */
  readonly nonce: Uint8Array;
  /** When it came, ticks. */
  readonly since: number;
}

/** The end that is asked: it wakes the other, proves itself, and answers. */
export class ResponderExchange {
  readonly #options: KeyExchangeOptions;
  readonly #repetition = new Repetition();
  #nonce: Uint8Array;
  #askedAt = -knockInterval;
  /** What was answered last, and the answer. */
  #first: Uint8Array | undefined;
  #second: Uint8Array | undefined;
  #answeredAt = 0;
  #isOver = false;

  constructor(options: KeyExchangeOptions) {
    this.#options = options;
    this.#nonce = options.crypto.randomBytes(nonceLength);
    this.#repetition.begin(options.clock.ticks());
    options.owner.exchangeSends(encodeLink(WAKE));
  }

  close(): void {
    this.#isOver = true;
  }

  /** Looks at the time; `isWaiting`: there are no keys yet. */
  tick(now: number, isWaiting: boolean): void {
    if (!isWaiting || !this.#repetition.isDue(now)) return;
    this.#options.owner.exchangeSends(encodeLink(WAKE));
  }

  /** The other end has used the keys: what was said for them is of no use any more. */
  confirm(): void {
    this.#first = undefined;
    this.#second = undefined;
  }

  onMessage(bytes: Uint8Array): void {
    if (bytes[0] === KNOCK) this.onKnock(bytes);
    else if (bytes[0] === FIRST) this.onFirst(bytes);
    else this.#options.owner.exchangeRefused();
  }

  private onKnock(bytes: Uint8Array): void {
    const { crypto, secret, clock, owner } = this.#options;
    const now = clock.ticks();
    if (now - this.#askedAt < knockInterval) {
      owner.exchangeRefused();
      return;
    }
    this.#askedAt = now;
    const mac = linkMac(crypto, secret, ASK, nonceIn(bytes), this.#nonce);
    owner.exchangeSends(encodeLink(ASK, this.#nonce, mac));
  }

  private onFirst(bytes: Uint8Array): void {
    const { crypto, clock, timers, owner } = this.#options;
    const now = clock.ticks();
    if (this.#first && areEqual(this.#first, bytes)) {
      if (!this.#second || now - this.#answeredAt < answerInterval) return;
      this.#answeredAt = now;
      owner.exchangeSends(this.#second);
      return;
    }
    const nonce = this.#nonce;
    const handshake = handshakeOf(this.#options, nonceIn(bytes), nonce, false);
    if (!handshake.readFirst(firstIn(bytes).slice())) {
      owner.exchangeRefused();
      return;
    }
    const first = bytes.slice();
    this.#first = first;
    this.#second = undefined;
    // A nonce is good for one: those that came to nothing are of no use to whoever plays them back.
    this.#nonce = crypto.randomBytes(nonceLength);
    timers.set(() => this.generate({ handshake, first, nonce, since: now }), 0);
  }

  private generate(taken: TakenFirst): void {
    if (this.#isOver || this.#first !== taken.first) return;
    taken.handshake.generate();
    this.#options.timers.set(() => this.answer(taken), 0);
  }

  private answer({ handshake, first, nonce, since }: TakenFirst): void {
    const { crypto, secret, clock, owner } = this.#options;
    if (this.#isOver || this.#first !== first) return;
    const nonceI = nonceIn(first);
    const second = handshake.writeSecond();
    if (!second) {
      owner.exchangeRefused();
      return;
    }
    const mac = linkMac(crypto, secret, SECOND, nonceI, nonce, second);
    this.#second = encodeLink(SECOND, second, mac);
    this.#answeredAt = clock.ticks();
    owner.exchangeDone(new Traffic(crypto, handshake.split(), since));
    owner.exchangeSends(this.#second);
  }
}
