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
  SHARE,
  sealedAt,
} from "./exchange-message.ts";
import { PairKeys } from "./pair-keys.ts";

/** Whoever has sent a share has so long to accept the proof, ms. */
const acceptTime = 60_000;

/** What was made of the share that was taken. */
interface Answer {
  readonly run: Uint8Array;
  readonly cpace: CPace;
  /** Of whoever offers. */
  readonly offered: Uint8Array;
  /** Of this end; undefined: it is being made. */
  share: Uint8Array | undefined;
  /** Undefined: there are none yet, or an acceptance is being stored. */
  keys: PairKeys | undefined;
}

/**
 * The end of an exchange that was given the code. It asks for a share, takes the first that comes, and
 * counts a try before it proves the code; see docs/pairing.md.
 */
export class Joining {
  readonly #options: ExchangeOptions;
  readonly #ownRun: Uint8Array | undefined;
  readonly #subscription: { close(): void };
  #limit: Timer;
  readonly #repeat: Timer;
  /** JOIN, then PROOF: what is sent until it is answered. */
  #message: Uint8Array | undefined = encodeExchange(JOIN);
  #answer: Answer | undefined;
  #isOver = false;

  /** `ownRun`: what this board itself offers with the same code, and may hear. */
  constructor(options: ExchangeOptions, ownRun?: Uint8Array) {
    const { network, timers } = options;
    this.#options = options;
    this.#ownRun = ownRun;
    this.#subscription = network.subscribe(exchangeTopic(options, false), {
      QoS: 0,
      onMessage: (message) => this.onMessage(message),
    });
    this.#limit = timers.set(() => this.end("expired"), options.limit);
    this.#repeat = timers.repeat(() => this.sendMessage(), repeatInterval);
    timers.set(() => this.sendMessage(), 0);
  }

  /** Ends it; its owner is not told. */
  close(): void {
    if (this.#isOver) return;
    const { timers } = this.#options;
    this.#isOver = true;
    this.#subscription.close();
    timers.clear(this.#limit);
    timers.clear(this.#repeat);
    this.#answer?.cpace.close();
    this.#answer = undefined;
  }

  private end(outcome: ExchangeOutcome, why?: unknown): void {
    if (this.#isOver) return;
    this.close();
    this.#options.owner.exchangeEnded(outcome, why);
  }

  private sendMessage(): void {
    const message = this.#message;
    if (!message || this.#isOver) return;
    send(this.#options.network, exchangeTopic(this.#options, true), message);
  }

  private onMessage({ payload, retain }: PairingMessage): void {
    if (this.#isOver) return;
    const message = retain ? undefined : decodeExchange(payload);
    const answer = this.#answer;
    if (message?.kind === SHARE) {
      // One that was on its way already, or of somebody else.
      if (!answer) this.onShare(message);
    } else if (!message || !answer?.keys || !isTo(message, answer)) {
      this.#options.counters.forged++;
    } else if (message.kind === ACCEPT) this.onAccept(answer, answer.keys, message);
    // Anybody may say so: it only ends a run whose try is counted already.
    else if (message.kind === REFUSE) this.end("refused");
    else this.#options.counters.forged++;
  }

  private onShare({ run, share: offered }: ExchangeMessage): void {
    const { tries, code, timers } = this.#options;
    if (this.#ownRun && areEqual(run, this.#ownRun)) return;
    this.#message = undefined;
    const cpace = startRun(this.#options, run, true);
    this.#answer = { run, cpace, offered, share: undefined, keys: undefined };
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
    const answer = this.#answer;
    timers.set(() => this.prepare(answer), 0);
  }

  private prepare(answer: Answer): void {
    if (this.#isOver) return;
    const isReady = answer.cpace.prepare();
    const next = isReady ? () => this.makeShare(answer) : () => this.prepare(answer);
    this.#options.timers.set(next, 0);
  }

  private makeShare(answer: Answer): void {
    if (this.#isOver) return;
    answer.share = answer.cpace.makeShare();
    this.#options.timers.set(() => this.prove(answer), 0);
  }

  private prove(answer: Answer): void {
    if (this.#isOver) return;
    const { timers, counters } = this.#options;
    const key = answer.cpace.finish(answer.offered, dataOf(false));
    if (key) timers.set(() => this.sendProof(answer, key), 0);
    else {
      counters.forged++;
      this.end("forged");
    }
  }

  private sendProof(answer: Answer, key: Uint8Array): void {
    if (this.#isOver) return;
    const { crypto, name } = this.#options;
    const { run, share, cpace } = answer;
    const keys = new PairKeys(crypto, key);
    key.fill(0);
    const proof = encodeExchange(PROOF, run, share, cpace.makeTag());
    proof.set(keys.sealName(true, proof.subarray(0, sealedAt), name), sealedAt);
    answer.keys = keys;
    this.#message = proof;
    this.sendMessage();
  }

  private onAccept(answer: Answer, keys: PairKeys, { tag, sealed }: ExchangeMessage): void {
    const { timers, counters } = this.#options;
    const { run, share, cpace } = answer;
    const head = encodeExchange(ACCEPT, run, share, tag).subarray(0, sealedAt);
    const name = cpace.checkTag(tag) ? keys.openName(false, head, sealed) : undefined;
    if (name === undefined) {
      counters.forged++;
      return;
    }
    // Nothing that comes from now on changes that.
    answer.keys = undefined;
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

/** Whether a message answers what this end has sent. */
function isTo(message: ExchangeMessage, { run, share }: Answer): boolean {
  return share !== undefined && areEqual(message.run, run) && areEqual(message.share, share);
}
