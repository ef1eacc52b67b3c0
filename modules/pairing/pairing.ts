// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Clock, Random, Timer, Timers } from "../base/clock.ts";
import { frozen } from "../base/frozen.ts";
import type { HostCrypto } from "../base/host-crypto.ts";
import type { Log } from "../base/log.ts";
import type { KeyValueDomain } from "../ecma-419/key-value.ts";
import { EndedPairs, endedKey } from "./ended-pairs.ts";
import type { ExchangeOutcome, ExchangeOwner, NewPeer } from "./exchange/exchange.ts";
import { Joining } from "./exchange/joining.ts";
import { Offer } from "./exchange/offer.ts";
import { Tries } from "./exchange/tries.ts";
import type { PeerLink } from "./link/peer-link.ts";
import type { OpenedRecord } from "./link/traffic.ts";
import { type Doer, type Order, Orders, type OrdersOwner } from "./orders.ts";
import { lettersOf, makeCode, shownCode, whyNoCode } from "./pairing-code.ts";
import { PairingCounters } from "./pairing-counters.ts";
import { PairingError } from "./pairing-error.ts";
import type { PairingNetwork } from "./pairing-network.ts";
import type { PeerReading } from "./peer-reading.ts";
import type { PeerRecord } from "./peer-record.ts";
import { PeerStore } from "./peer-store.ts";
import { Peers, type PeersOwner, type PeerView } from "./peers.ts";
import type { AnswerQuestion, AnswerTaker } from "./questions.ts";

/** How long an offer lasts, and how long a peer may take to confirm, ms. */
export const offerTime = 300_000;
const joinTime = 60_000;
/** With a given code: how long an end tries to join, and the time between, ms. */
const givenJoinTime = 6_000;
const givenPause = frozen({ least: 1_000, more: 4_000 } as const);
/** After so many rounds in vain the time between doubles each time, up to so many ms. */
const quickRounds = 16;
const longestPause = 240_000;

export interface PairingOptions {
  readonly crypto: HostCrypto;
  readonly network: PairingNetwork;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** A domain of its own. */
  readonly domain: KeyValueDomain;
  /** First levels of all topics. */
  readonly root: string;
  /** Id of this board, by which its peers know it. */
  readonly name: string;
  /** The console's form of a reading. */
  readonly describe: (reading: PeerReading) => string;
}

/** Whoever wants to know what peers say. */
export interface PeerFollower {
  /** A new reading of a peer, and when it was measured, ticks. Must not throw. */
  onPeerReading(peer: string, reading: PeerReading, measuredAt: number): void;
  /** A peer does not do what it was told. Must not throw. */
  onPeerRefused(order: Order, why: string): void;
}

/** What somebody wants to know at a glance. */
export type PairingState = "none" | "waiting" | "here" | "away";

const outcomes: Readonly<Record<Exclude<ExchangeOutcome, "paired" | "told">, string>> =
  Object.freeze({
    expired: "nobody came in time; pair makes a new code",
    vanished: "the other board stopped answering; see there what it says, and pair again",
    refused: "the other board says that the code is wrong, or somebody pretends to be it",
    forged: "somebody pretends to be the other board; nothing is paired, make a new code",
    "used-up": "three tries were wrong: the code is withdrawn; make a new one with pair",
    "not-stored": "the storage takes nothing, so nothing is paired",
  });

/** After these a code that was given is tried again, as long as there are tries. */
const goesOn: readonly ExchangeOutcome[] = Object.freeze(["expired", "vanished", "told"]);
/** After these, too: it may have been a stranger, and a try was counted. */
const lies: readonly ExchangeOutcome[] = Object.freeze(["refused", "forged"]);

/** What a board has of pairing: the code that is on offer or was typed, and the peers. */
export class Pairing implements ExchangeOwner, PeersOwner, OrdersOwner {
  readonly #options: PairingOptions;
  readonly #store: PeerStore;
  readonly counters = new PairingCounters();
  /** Undefined: there are none. */
  #peers: Peers | undefined;
  /** Undefined: the other ends of all know that they are over. */
  #ended: EndedPairs | undefined;
  #exchange: Offer | Joining | undefined;
  /** An offer that rests while this board tries to join with the same code. */
  #resting: Offer | undefined;
  #code = "";
  /** Waits for the pair that is being made. */
  #taker: AnswerTaker | undefined;
  /** An offer has its peer, which has not confirmed yet. */
  #isConfirming = false;
  /** The code that was given with the settings, and the next step with it. */
  #given: string | undefined;
  #givenTimer: Timer | undefined;
  #givenRounds = 0;
  #answer: AnswerQuestion | undefined;
  #follower: PeerFollower | undefined;
  #doer: Doer | undefined;
  /** Undefined: none were given to peers, and none came from them. */
  #orders: Orders | undefined;

  constructor(options: PairingOptions) {
    this.#options = options;
    this.#store = new PeerStore(options.domain);
    try {
      const { peers: stored, isDamaged } = this.#store.load();
      const peers = this.withoutEnded(stored);
      if (peers.length > 0) this.#peers = this.makePeers(peers);
      if (isDamaged) {
        const rest = peers.length > 0 ? "those stored before hold" : "pair again";
        this.say("warn", "damaged", `stored peers are damaged; ${rest}`);
      }
    } catch (error) {
      this.say("error", "not-read", `peers cannot be read: ${messageOf(error)}`);
    }
  }

  /** Makes a code and waits for whoever has it. Returns it, to be shown. Throws PairingError. */
  offer(taker: AnswerTaker): string {
    const code = makeCode(this.#options.crypto);
    this.waitWith(code, offerTime, taker);
    return shownCode(code);
  }

  /** Waits a minute for whoever has a code that was made elsewhere, for both. Throws PairingError. */
  offerMade(text: string, taker: AnswerTaker): void {
    this.waitWith(codeIn(text), joinTime, taker);
  }

  /** Uses the code that another board shows. Throws PairingError. */
  join(text: string, taker: AnswerTaker): void {
    const code = codeIn(text);
    if (this.#exchange instanceof Offer && code === this.#code) {
      throw new PairingError({
        code: "pairing/own-code",
        what: "this board itself has made that code",
        todo: "type it on the other board",
      });
    }
    this.makePeersIfNone().checkRoom();
    this.cancel();
    this.#taker = taker;
    this.beginJoining(code, joinTime);
  }

  /** Makes a pair with the board that was given the same code, unless that has been done. */
  useGiven(text: string): void {
    const code = lettersOf(text);
    if (whyNoCode(text) !== undefined) return;
    if (this.tries().left(code) === 0) {
      this.sayUsedUp();
      return;
    }
    try {
      this.makePeersIfNone().checkRoom();
    } catch (error) {
      this.say("warn", "full", `pair.code is not used: ${messageOf(error)}`);
      return;
    }
    this.#given = code;
    this.#givenRounds = 0;
    this.offerGiven();
  }

  /** Ends what waits for another board; whoever has asked for it is told. */
  cancel(why = "something else was begun"): void {
    const taker = this.#taker;
    const { timers } = this.#options;
    this.#taker = undefined;
    this.#isConfirming = false;
    this.#given = undefined;
    timers.clear(this.#givenTimer);
    this.endExchange();
    taker?.fail(`the pair was not made: ${why}`);
  }

  /** Nobody waits for the pair any more, which is given up. */
  giveUp(): void {
    this.#taker = undefined;
    this.cancel();
  }

  /** Throws PairingError, or what the storage throws. */
  unpair(name: string): string {
    return this.peersOrThrow(name).end(name);
  }

  /** Asks a peer to run a command. Throws PairingError. */
  ask(name: string, line: string, taker: AnswerTaker): void {
    this.peersOrThrow(name).ask(name, line, taker);
  }

  /** Nobody waits for the answer any more. */
  forgetQuestion(): void {
    this.#peers?.forgetQuestion();
  }

  /** From now on questions of peers are answered so. */
  use(answer: AnswerQuestion): void {
    this.#answer = answer;
  }

  /** From now on that is told what peers say; undefined: nobody is. */
  follow(follower: PeerFollower | undefined): void {
    this.#follower = follower;
  }

  /** From now on that does what peers tell this board. */
  useDoer(doer: Doer): void {
    this.#doer = doer;
  }

  /** What peers are told to do, and what they tell this board. */
  get orders(): Orders {
    const { timers, clock } = this.#options;
    this.#orders ??= new Orders({ timers, clock, counters: this.counters, owner: this });
    return this.#orders;
  }

  /** There are no peers; or a pair is being made; or all are there; or one is away. */
  get state(): PairingState {
    if (this.#taker || this.#given !== undefined || this.#isConfirming) return "waiting";
    const { here, away } = this.#peers?.presence ?? { here: 0, away: 0 };
    if (away > 0) return "away";
    return here > 0 ? "here" : "none";
  }

  /** A peer that is there has not been told of a reading for a while. */
  get areWaiting(): boolean {
    return this.#peers?.areWaiting === true;
  }

  /** Tells the peers of a reading; `time`: ms since 1970 UTC. */
  sendReading(reading: PeerReading, time: number | undefined): void {
    this.#peers?.sendReading(reading, time);
  }

  /** Whether there is a peer of that name. */
  isPaired(name: string): boolean {
    return this.#peers?.has(name) === true;
  }

  /** The peers, as far as they are of interest to somebody else. */
  get peers(): readonly PeerView[] {
    return this.#peers?.views ?? none;
  }

  /** One line for each peer; empty: there is none. */
  describePeers(): string {
    return this.#peers?.describe() ?? "";
  }

  /** Says goodbye to the peers. */
  close(): void {
    this.giveUp();
    this.#orders?.close();
    this.#doer?.close();
    this.#peers?.close();
    this.#peers = undefined;
    this.#ended?.close();
    this.#ended = undefined;
  }

  // --- for the peers and what they are told

  get answer(): AnswerQuestion | undefined {
    return this.#answer;
  }

  get doer(): Doer | undefined {
    return this.#doer;
  }

  get ended(): EndedPairs {
    const { crypto, network, clock, domain, root } = this.#options;
    const { counters } = this;
    this.#ended ??= new EndedPairs({ crypto, network, clock, counters, domain, root });
    return this.#ended;
  }

  peerConfirmed(name: string): void {
    this.paired(name);
  }

  peerSays(name: string, reading: PeerReading, measuredAt: number): void {
    this.#follower?.onPeerReading(name, reading, measuredAt);
  }

  peerOrders(link: PeerLink, message: OpenedRecord): void {
    this.orders.onMessage(link, message);
  }

  orderRefused(order: Order, why: string): void {
    this.#follower?.onPeerRefused(order, why);
  }

  linkTo(peer: string): PeerLink | undefined {
    return this.#peers?.linkTo(peer);
  }

  // --- for the exchange

  exchangePeer(peer: NewPeer): void {
    const peers = this.makePeersIfNone();
    peers.checkRoom();
    peers.add(peer);
    this.#isConfirming = !peer.isJoining;
    this.#givenRounds = 0;
    // One that was given is spent when the peer has confirmed, which may yet vanish.
    if (this.#given === undefined) this.spend(this.tries(), this.#code);
    if (peer.isJoining) this.paired(peer.name);
  }

  exchangeEnded(outcome: ExchangeOutcome, why?: unknown): void {
    if (outcome === "paired") {
      // An offer goes on: it tells its end to a peer that has not heard it.
      if (this.#exchange instanceof Joining) this.#exchange = undefined;
      return;
    }
    this.#exchange = undefined;
    if (this.#given !== undefined && (lies.includes(outcome) || goesOn.includes(outcome))) {
      const what = "somebody pretends to be the other board, or that has another code";
      if (lies.includes(outcome)) this.say("warn", outcome, `${what}; pair.code is tried again`);
      this.offerGiven();
      return;
    }
    if (outcome === "told") return;
    this.#given = undefined;
    this.endExchange();
    const text = why === undefined ? outcomes[outcome] : `${outcomes[outcome]}: ${messageOf(why)}`;
    const taker = this.#taker;
    this.#taker = undefined;
    if (taker) taker.fail(text);
    else this.say("warn", outcome, text);
  }

  /** A pair is made, at this end. */
  private paired(name: string): void {
    const taker = this.#taker;
    this.#taker = undefined;
    this.#isConfirming = false;
    this.endGiven();
    if (!taker) {
      this.say("info", "paired", `paired with ${name}`);
      return;
    }
    taker.add(`paired with ${name}`);
    taker.end();
  }

  /** The code that was given has made its pair. */
  private endGiven(): void {
    const code = this.#given;
    if (code === undefined) return;
    const tries = this.tries();
    this.#given = undefined;
    this.#options.timers.clear(this.#givenTimer);
    this.endExchange();
    this.spend(tries, code);
  }

  /** The pair is stored already, and holds whatever becomes of that. */
  private spend(tries: Tries, code: string): void {
    try {
      tries.spend(code);
    } catch (error) {
      this.say("error", "not-spent", `that the code is spent is not stored: ${messageOf(error)}`);
    }
  }

  /** Whoever has a peer has made use of it. */
  private sayUsedUp(): void {
    if (this.#peers && this.#peers.count > 0) return;
    const why = "it has made its pair, or was tried three times";
    this.say("warn", "used-up", `pair.code is used up: ${why}; set another on both boards`);
  }

  private offerGiven(): void {
    const { timers, random } = this.#options;
    const code = this.#given;
    if (code === undefined) return;
    this.#isConfirming = false;
    const resting = this.#resting;
    this.#resting = undefined;
    if (resting) {
      this.#exchange = resting;
      resting.resume();
    } else this.beginOffer(code, offerTime);
    const pause = givenPause.least + Math.floor(random() * givenPause.more);
    const more = 2 ** Math.max(0, this.#givenRounds - quickRounds);
    this.#givenRounds++;
    this.#givenTimer = timers.set(() => this.joinGiven(code), Math.min(more * pause, longestPause));
  }

  private joinGiven(code: string): void {
    const offer = this.#exchange;
    if (this.#given !== code || this.#isConfirming) return;
    if (!(offer instanceof Offer)) return;
    // Somebody has proved something: another board need not be looked for.
    if (offer.isBusy) {
      this.#givenTimer = this.#options.timers.set(() => this.joinGiven(code), givenPause.least);
      return;
    }
    // Whoever asks holds nobody up, be it a stranger: what was offered is good until this board is back.
    offer.rest();
    this.#resting = offer;
    this.#exchange = new Joining(this.exchangeOptions(code, givenJoinTime), offer.run);
  }

  private waitWith(code: string, limit: number, taker: AnswerTaker): void {
    this.makePeersIfNone().checkRoom();
    this.cancel();
    this.#taker = taker;
    this.beginOffer(code, limit);
  }

  private beginOffer(code: string, limit: number): void {
    this.endExchange();
    this.#code = code;
    this.#exchange = new Offer(this.exchangeOptions(code, limit));
  }

  private beginJoining(code: string, limit: number): void {
    this.endExchange();
    this.#code = code;
    this.#exchange = new Joining(this.exchangeOptions(code, limit));
  }

  private endExchange(): void {
    this.#exchange?.close();
    this.#exchange = undefined;
    this.#resting?.close();
    this.#resting = undefined;
  }

  private exchangeOptions(code: string, limit: number) {
    const { crypto, network, timers, clock, root, name } = this.#options;
    const { counters } = this;
    const tries = this.tries();
    const all = { crypto, network, timers, clock, tries, counters, root, name, code, limit };
    return { ...all, owner: this };
  }

  private tries(): Tries {
    const { crypto, domain } = this.#options;
    return new Tries({ crypto, domain, isGiven: this.#given !== undefined });
  }

  /** Takes up the pairs that are over, and forgets those that were to be forgotten when the power went. */
  private withoutEnded(stored: readonly PeerRecord[]): readonly PeerRecord[] {
    if (this.#options.domain.read(endedKey) === undefined) return stored;
    const { ended } = this;
    const peers = stored.filter((record) => !ended.has(record));
    if (peers.length === stored.length) return peers;
    try {
      this.#store.save(peers, true);
    } catch {
      // It is done at the next write of peers, or the next start.
    }
    return peers;
  }

  private peersOrThrow(name: string): Peers {
    if (this.#peers && this.#peers.count > 0) return this.#peers;
    throw new PairingError({
      code: "pairing/unknown",
      what: `there is no peer ${JSON.stringify(name)}`,
      todo: "pair makes one",
    });
  }

  private makePeersIfNone(): Peers {
    this.#peers ??= this.makePeers([]);
    return this.#peers;
  }

  private makePeers(records: ConstructorParameters<typeof Peers>[1]): Peers {
    const { crypto, network, timers, clock, log, root, describe } = this.#options;
    const { counters } = this;
    const store = this.#store;
    const all = { crypto, network, timers, clock, log, counters, root, store, describe };
    return new Peers({ ...all, owner: this }, records);
  }

  private say(level: "info" | "warn" | "error", event: string, text: string): void {
    this.#options.log({ level, part: "pair", event, text });
  }
}

const none: readonly PeerView[] = Object.freeze([]);

/** The letters of a code that was typed. Throws PairingError. */
function codeIn(text: string): string {
  const why = whyNoCode(text);
  if (why !== undefined) throw new PairingError({ code: "pairing/code", what: why });
  return lettersOf(text);
}
