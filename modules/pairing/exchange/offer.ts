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
  SHARE,
  sealedAt,
} from "./exchange-message.ts";
import { PairKeys } from "./pair-keys.ts";

/** A run that has had no proof gives way to another after so long, ms. */
const runTime = 3_000;
/** An answer is given again after so long, ms. */
const answerInterval = 500;
/** Who has asked is expected to end so soon, ms. */
const busyTime = 15_000;
/** The end of an exchange is told so long to a peer that asks again, ms. */
const lingerTime = 60_000;

/** One run: what somebody has asked for, who may have the code. */
interface Run {
  readonly id: Uint8Array;
  readonly cpace: CPace;
  /** The share of the other end. */
  readonly share: Uint8Array;
  readonly since: number;
  /** The proof of the other end, which a run takes once. */
  proof: Uint8Array | undefined;
  /** What the other end gets, now and when it asks again. */
  answer: Uint8Array | undefined;
  answeredAt: number;
}

/**
 * The end of an exchange that has made the code. It answers whoever asks, with one multiplication, and
 * counts a try before it looks at a proof; see docs/pairing.md.
 */
export class Offer {
  readonly #options: ExchangeOptions;
  readonly #subscription: { close(): void };
  #timer: Timer | undefined;
  #run: Run | undefined;
  #isPaired = false;
  #isOver = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#subscription = options.network.subscribe(exchangeTopic(options, true), {
      QoS: 0,
      onMessage: (message) => this.onMessage(message),
    });
    this.#timer = options.timers.set(() => this.end("expired"), options.limit);
  }

  /** Somebody has asked, not long ago. */
  get isBusy(): boolean {
    const run = this.#run;
    return run !== undefined && this.#options.clock.ticks() - run.since < busyTime;
  }

  /** Ends it; its owner is not told. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#subscription.close();
    this.#options.timers.clear(this.#timer);
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
    if (message?.kind === JOIN) this.onJoin(message);
    else if (message?.kind === PROOF) this.onProof(message);
    else this.#options.counters.forged++;
  }

  private onJoin({ run: id, value: share }: ExchangeMessage): void {
    const { clock, timers, counters } = this.#options;
    const run = this.#run;
    const now = clock.ticks();
    if (run && areEqual(run.id, id) && areEqual(run.share, share)) {
      if (run.proof === undefined) this.repeat(run);
      return;
    }
    const isAtProof = run?.proof !== undefined && run.answer === undefined && this.isBusy;
    if (this.#isPaired || isAtProof || (run && now - run.since < runTime)) {
      counters.limited++;
      return;
    }
    run?.cpace.close();
    const cpace = startRun(this.#options, id, false);
    const fresh = { id, cpace, share, since: now, proof: undefined, answer: undefined };
    this.#run = { ...fresh, answeredAt: 0 };
    timers.set(() => this.prepare(cpace), 0);
  }

  private prepare(cpace: CPace): void {
    if (this.#run?.cpace !== cpace) return;
    const isReady = cpace.prepare();
    this.#options.timers.set(() => (isReady ? this.makeShare(cpace) : this.prepare(cpace)), 0);
  }

  private makeShare(cpace: CPace): void {
    const run = this.#run;
    if (run?.cpace !== cpace) return;
    this.answer(run, encodeExchange(SHARE, run.id, cpace.makeShare()));
  }

  private onProof(message: ExchangeMessage): void {
    const { tries, code, timers, counters } = this.#options;
    const run = this.#run;
    if (!run?.answer || !areEqual(run.id, message.run)) {
      counters.forged++;
      return;
    }
    if (run.proof) {
      if (areEqual(run.proof, message.value)) this.repeat(run);
      else counters.forged++;
      return;
    }
    run.proof = message.value;
    run.answer = undefined;
    try {
      if (!tries.take(code)) {
        this.giveUp(run, "used-up");
        return;
      }
    } catch (error) {
      this.giveUp(run, "not-stored", error);
      return;
    }
    timers.set(() => this.check(run, message), 0);
  }

  private check(run: Run, message: ExchangeMessage): void {
    if (this.#run !== run) return;
    const key = run.cpace.finish(run.share, dataOf(true));
    this.#options.timers.set(() => this.decide(run, message, key), 0);
  }

  private decide(run: Run, message: ExchangeMessage, key: Uint8Array | undefined): void {
    if (this.#run !== run) return;
    const { crypto, timers } = this.#options;
    const keys = key && run.cpace.checkTag(message.value) ? new PairKeys(crypto, key) : undefined;
    key?.fill(0);
    const head = encodeExchange(PROOF, run.id, message.value).subarray(0, sealedAt);
    const name = keys?.openName(true, head, message.sealed);
    if (!keys || name === undefined) this.refuse(run);
    else timers.set(() => this.prepareAccept(run, keys, name), 0);
  }

  private refuse(run: Run): void {
    const { counters, tries, code } = this.#options;
    counters.wrongCodes++;
    this.answer(run, encodeExchange(REFUSE, run.id));
    if (tries.left(code) === 0) this.end("used-up");
  }

  private giveUp(run: Run, outcome: ExchangeOutcome, why?: unknown): void {
    this.answer(run, encodeExchange(REFUSE, run.id));
    this.end(outcome, why);
  }

  private prepareAccept(run: Run, keys: PairKeys, name: string): void {
    if (this.#run !== run) return;
    const accept = encodeExchange(ACCEPT, run.id, run.cpace.makeTag());
    const sealed = keys.sealName(false, accept.subarray(0, sealedAt), this.#options.name);
    accept.set(sealed, sealedAt);
    run.cpace.close();
    const peer = { name, secret: keys.secret, isJoining: false };
    this.#options.timers.set(() => this.accept(run, accept, peer), 0);
  }

  private accept(run: Run, accept: Uint8Array, peer: NewPeer): void {
    if (this.#run !== run) return;
    const { owner, timers } = this.#options;
    try {
      owner.exchangePeer(peer);
    } catch (error) {
      this.giveUp(run, "not-stored", error);
      return;
    }
    this.answer(run, accept);
    this.#isPaired = true;
    timers.clear(this.#timer);
    this.#timer = timers.set(() => this.end("expired"), lingerTime);
    owner.exchangeEnded("paired");
  }

  private answer(run: Run, answer: Uint8Array): void {
    run.answer = answer;
    this.sendAnswer(run, answer);
  }

  private repeat(run: Run): void {
    const { clock, counters } = this.#options;
    if (!run.answer) return;
    if (clock.ticks() - run.answeredAt < answerInterval) counters.limited++;
    else this.sendAnswer(run, run.answer);
  }

  private sendAnswer(run: Run, answer: Uint8Array): void {
    const { network, clock } = this.#options;
    run.answeredAt = clock.ticks();
    send(network, exchangeTopic(this.#options, false), answer);
  }
}
