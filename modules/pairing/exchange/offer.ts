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

/** An answer is given again after so long, ms. */
const answerInterval = 500;
/** What takes longer than this, ms, has failed. */
const workTime = 15_000;
/** The end of an exchange is told so long to a peer that asks again, ms. */
const lingerTime = 60_000;

/** One run, which everybody who asks is offered until somebody proves something. */
interface Run {
  readonly id: Uint8Array;
  readonly cpace: CPace;
  readonly since: number;
  /** Undefined: the share is being made. */
  message: Uint8Array | undefined;
}

/** A proof that was taken: a run takes one. */
interface Proved {
  readonly run: Uint8Array;
  /** Of the other end. */
  readonly share: Uint8Array;
  readonly since: number;
  /** What the other end gets, now and when it asks again. */
  answer: Uint8Array | undefined;
  answeredAt: number;
}

/**
 * The end of an exchange that has made the code. It has one share for all who ask, so that whoever asks in
 * vain costs the others nothing, and counts a try before it looks at a proof; see docs/pairing.md.
 */
export class Offer {
  readonly #options: ExchangeOptions;
  /** Undefined: it rests. */
  #subscription: { close(): void } | undefined;
  #timer: Timer | undefined;
  /** Undefined: nobody has asked yet, or a proof is being looked at. */
  #run: Run | undefined;
  #offeredAt = Number.NEGATIVE_INFINITY;
  #proved: Proved | undefined;
  #isPaired = false;
  #isOver = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.resume();
  }

  /** A proof is being looked at. */
  get isBusy(): boolean {
    const proved = this.#proved;
    return proved !== undefined && proved.answer === undefined && this.isRecent(proved.since);
  }

  /** What it offers, if somebody has asked. */
  get run(): Uint8Array | undefined {
    return this.#run?.id;
  }

  /** Hears nothing for a while; what was offered stays good. */
  rest(): void {
    this.#subscription?.close();
    this.#subscription = undefined;
    this.#options.timers.clear(this.#timer);
  }

  /** Goes on after a rest. */
  resume(): void {
    const { network, timers, limit } = this.#options;
    this.#subscription = network.subscribe(exchangeTopic(this.#options, true), {
      QoS: 0,
      onMessage: (message) => this.onMessage(message),
    });
    this.#timer = timers.set(() => this.end("expired"), limit);
  }

  /** Ends it; its owner is not told. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.rest();
    this.#run?.cpace.close();
    this.#run = undefined;
  }

  private end(outcome: ExchangeOutcome, why?: unknown): void {
    if (this.#isOver) return;
    const { owner } = this.#options;
    this.close();
    owner.exchangeEnded(this.#isPaired ? "told" : outcome, why);
  }

  private onMessage({ payload, retain }: PairingMessage): void {
    const message = retain ? undefined : decodeExchange(payload);
    if (this.#isOver) return;
    if (message?.kind === JOIN) this.onJoin();
    else if (message?.kind === PROOF) this.onProof(message);
    else this.#options.counters.forged++;
  }

  private isRecent(since: number): boolean {
    return this.#options.clock.ticks() - since < workTime;
  }

  private onJoin(): void {
    const { clock, counters } = this.#options;
    const run = this.#run;
    if (this.#isPaired || this.isBusy) counters.limited++;
    else if (!run?.message && !(run && this.isRecent(run.since))) this.begin();
    else if (!run.message || clock.ticks() - this.#offeredAt < answerInterval) counters.limited++;
    else this.offer(run.message);
  }

  private begin(): void {
    const { crypto, timers, clock } = this.#options;
    const id = crypto.randomBytes(runLength);
    const cpace = startRun(this.#options, id, false);
    const run: Run = { id, cpace, since: clock.ticks(), message: undefined };
    this.#run?.cpace.close();
    this.#run = run;
    timers.set(() => this.prepare(run), 0);
  }

  private prepare(run: Run): void {
    if (this.#run !== run) return;
    const isReady = run.cpace.prepare();
    this.#options.timers.set(() => (isReady ? this.makeShare(run) : this.prepare(run)), 0);
  }

  private makeShare(run: Run): void {
    if (this.#run !== run) return;
    run.message = encodeExchange(SHARE, run.id, run.cpace.makeShare());
    this.offer(run.message);
  }

  private offer(message: Uint8Array): void {
    const { network, clock } = this.#options;
    this.#offeredAt = clock.ticks();
    // Whoever has asked may be waiting no longer when this end rests: it asks again.
    if (this.#subscription) send(network, exchangeTopic(this.#options, false), message);
  }

  private onProof(message: ExchangeMessage): void {
    const { tries, code, timers, counters, clock } = this.#options;
    const run = this.#run;
    const proved = this.#proved;
    if (proved && areEqual(proved.share, message.share) && areEqual(proved.run, message.run)) {
      this.repeat(proved);
      return;
    }
    if (!run?.message || this.isBusy || !areEqual(run.id, message.run)) {
      counters.forged++;
      return;
    }
    this.#run = undefined;
    const { share } = message;
    const since = clock.ticks();
    const taken: Proved = { run: run.id, share, since, answer: undefined, answeredAt: 0 };
    this.#proved = taken;
    try {
      if (!tries.take(code)) {
        this.giveUp(taken, "used-up");
        return;
      }
    } catch (error) {
      this.giveUp(taken, "not-stored", error);
      return;
    }
    timers.set(() => this.check(run, taken, message), 0);
  }

  private check({ cpace }: Run, proved: Proved, message: ExchangeMessage): void {
    if (this.#isOver) return;
    const key = cpace.finish(message.share, dataOf(true));
    this.#options.timers.set(() => this.decide(cpace, proved, { message, key }), 0);
  }

  private decide(
    cpace: CPace,
    proved: Proved,
    { message, key }: { message: ExchangeMessage; key: Uint8Array | undefined },
  ): void {
    if (this.#isOver) return;
    const { crypto, timers } = this.#options;
    const { run, share, tag, sealed } = message;
    const keys = key && cpace.checkTag(tag) ? new PairKeys(crypto, key) : undefined;
    key?.fill(0);
    const head = encodeExchange(PROOF, run, share, tag).subarray(0, sealedAt);
    const name = keys?.openName(true, head, sealed);
    if (!keys || name === undefined) {
      cpace.close();
      this.refuse(proved);
    } else timers.set(() => this.prepareAccept(cpace, proved, { keys, name }), 0);
  }

  private refuse(proved: Proved): void {
    const { counters, tries, code } = this.#options;
    counters.wrongCodes++;
    this.sayRefused(proved);
    if (tries.left(code) === 0) this.end("used-up");
  }

  private giveUp(proved: Proved, outcome: ExchangeOutcome, why?: unknown): void {
    this.sayRefused(proved);
    this.end(outcome, why);
  }

  private sayRefused(proved: Proved): void {
    this.answer(proved, encodeExchange(REFUSE, proved.run, proved.share));
  }

  private prepareAccept(
    cpace: CPace,
    proved: Proved,
    { keys, name }: { keys: PairKeys; name: string },
  ): void {
    if (this.#isOver) return;
    const accept = encodeExchange(ACCEPT, proved.run, proved.share, cpace.makeTag());
    const sealed = keys.sealName(false, accept.subarray(0, sealedAt), this.#options.name);
    accept.set(sealed, sealedAt);
    cpace.close();
    const peer = { name, secret: keys.secret, isJoining: false };
    this.#options.timers.set(() => this.accept(proved, accept, peer), 0);
  }

  private accept(proved: Proved, accept: Uint8Array, peer: NewPeer): void {
    if (this.#isOver) return;
    const { owner, timers } = this.#options;
    try {
      owner.exchangePeer(peer);
    } catch (error) {
      this.giveUp(proved, "not-stored", error);
      return;
    }
    this.answer(proved, accept);
    this.#isPaired = true;
    timers.clear(this.#timer);
    this.#timer = timers.set(() => this.end("expired"), lingerTime);
    owner.exchangeEnded("paired");
  }

  private answer(proved: Proved, answer: Uint8Array): void {
    proved.answer = answer;
    this.sendAnswer(proved, answer);
  }

  private repeat(proved: Proved): void {
    const { clock, counters } = this.#options;
    if (!proved.answer) return;
    if (clock.ticks() - proved.answeredAt < answerInterval) counters.limited++;
    else this.sendAnswer(proved, proved.answer);
  }

  private sendAnswer(proved: Proved, answer: Uint8Array): void {
    const { network, clock } = this.#options;
    proved.answeredAt = clock.ticks();
    send(network, exchangeTopic(this.#options, false), answer);
  }
}
