// SPDX-License-Identifier: MIT

import { areEqual } from "../../base/bytes.ts";
import type { Timer } from "../../base/clock.ts";
import type { CPace } from "../crypto/cpace.ts";
import { type PairingMessage, send } from "../pairing-network.ts";
import {
  dataOf,
  type ExchangeOptions,
  type ExchangeOutcome,
  exchangeTopic,
  type NewPeer,
  repeatInterval,
  startRun,
} from "./exchange.ts";
import {
  ACCEPT,
  decodeExchange,
  type ExchangeMessage,
  encodeExchange,
  JOIN,
  PROOF,
  REFUSE,
  runLength,
  SHARE,
  sealedAt,
} from "./exchange-message.ts";
import { PairKeys } from "./pair-keys.ts";

/** Whoever has sent a share has so long to accept the proof, ms. */
const acceptTime = 60_000;

/**
 * The end of an exchange that was given the code. It takes the first share that is sent to its run, and
 * counts a try before it proves the code; see docs/pairing.md.
 */
export class Joining {
  readonly #options: ExchangeOptions;
  readonly #run: Uint8Array;
  readonly #cpace: CPace;
  readonly #subscription: { close(): void };
  #limit: Timer;
  readonly #repeat: Timer;
  /** JOIN, then PROOF: what is sent until it is answered. */
  #message: Uint8Array | undefined;
  #hasShare = false;
  #keys: PairKeys | undefined;
  #isOver = false;

  constructor(options: ExchangeOptions) {
    const { crypto, network, timers } = options;
    this.#options = options;
    this.#run = crypto.randomBytes(runLength);
    this.#cpace = startRun(options, this.#run, true);
    this.#subscription = network.subscribe(exchangeTopic(options, false), {
      QoS: 0,
      onMessage: (message) => this.onMessage(message),
    });
    this.#limit = timers.set(() => this.end("expired"), options.limit);
    this.#repeat = timers.repeat(() => this.sendMessage(), repeatInterval);
    timers.set(() => this.prepare(), 0);
  }

  /** Ends it; its owner is not told. */
  close(): void {
    if (this.#isOver) return;
    const { timers } = this.#options;
    this.#isOver = true;
    this.#subscription.close();
    timers.clear(this.#limit);
    timers.clear(this.#repeat);
    this.#cpace.close();
    this.#keys = undefined;
  }

  private end(outcome: ExchangeOutcome, why?: unknown): void {
    if (this.#isOver) return;
    this.close();
    this.#options.owner.exchangeEnded(outcome, why);
  }

  private prepare(): void {
    if (this.#isOver) return;
    const isReady = this.#cpace.prepare();
    this.#options.timers.set(() => (isReady ? this.join() : this.prepare()), 0);
  }

  private join(): void {
    if (this.#isOver) return;
    this.#message = encodeExchange(JOIN, this.#run, this.#cpace.makeShare());
    this.sendMessage();
  }

  private sendMessage(): void {
    const message = this.#message;
    if (message) send(this.#options.network, exchangeTopic(this.#options, true), message);
  }

  private onMessage({ payload, retain }: PairingMessage): void {
    if (this.#isOver) return;
    const message = retain ? undefined : decodeExchange(payload);
    const isOurs = message !== undefined && areEqual(message.run, this.#run);
    if (isOurs && message.kind === SHARE) this.onShare(message);
    else if (isOurs && message.kind === ACCEPT && this.#keys) this.onAccept(this.#keys, message);
    // Anybody may say so: it only ends a run whose try is counted already.
    else if (isOurs && message.kind === REFUSE && this.#keys) this.end("refused");
    else this.#options.counters.forged++;
  }

  private onShare({ value }: ExchangeMessage): void {
    const { tries, code, timers } = this.#options;
    if (this.#hasShare || !this.#message) return;
    this.#hasShare = true;
    this.#message = undefined;
    timers.clear(this.#limit);
    this.#limit = timers.set(() => this.end("vanished"), acceptTime);
    try {
      if (!tries.take(code)) {
        this.end("used-up");
        return;
      }
    } catch (error) {
      this.end("not-stored", error);
      return;
    }
    timers.set(() => this.prove(value), 0);
  }

  private prove(share: Uint8Array): void {
    if (this.#isOver) return;
    const { timers, counters } = this.#options;
    const key = this.#cpace.finish(share, dataOf(false));
    if (key) timers.set(() => this.sendProof(key), 0);
    else {
      counters.forged++;
      this.end("forged");
    }
  }

  private sendProof(key: Uint8Array): void {
    if (this.#isOver) return;
    const { crypto, name } = this.#options;
    this.#keys = new PairKeys(crypto, key);
    key.fill(0);
    const proof = encodeExchange(PROOF, this.#run, this.#cpace.makeTag());
    proof.set(this.#keys.sealName(true, proof.subarray(0, sealedAt), name), sealedAt);
    this.#message = proof;
    this.sendMessage();
  }

  private onAccept(keys: PairKeys, { value, sealed }: ExchangeMessage): void {
    const { timers, counters } = this.#options;
    const head = encodeExchange(ACCEPT, this.#run, value).subarray(0, sealedAt);
    const name = this.#cpace.checkTag(value) ? keys.openName(false, head, sealed) : undefined;
    if (name === undefined) {
      counters.forged++;
      return;
    }
    // Nothing that comes from now on changes that.
    this.#keys = undefined;
    const peer = { name, secret: keys.secret, isJoining: true };
    timers.set(() => this.store(peer), 0);
  }

  private store(peer: NewPeer): void {
    if (this.#isOver) return;
    try {
      this.#options.owner.exchangePeer(peer);
    } catch (error) {
      this.end("not-stored", error);
      return;
    }
    this.end("paired");
  }
}
