// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Clock, Timer, Timers } from "../base/clock.ts";
import type { HostCrypto } from "../base/host-crypto.ts";
import type { Log } from "../base/log.ts";
import type { EndedPairs } from "./ended-pairs.ts";
import type { NewPeer } from "./exchange/exchange.ts";
import {
  ANSWER,
  END,
  GONE,
  type LinkOptions,
  type LinkOwner,
  PeerLink,
  QUESTION,
  READING,
} from "./link/peer-link.ts";
import type { OpenedRecord } from "./link/traffic.ts";
import type { PairingCounters } from "./pairing-counters.ts";
import { PairingError } from "./pairing-error.ts";
import { isOnline, type PairingNetwork } from "./pairing-network.ts";
import { decodePeerReading, encodePeerReading, type PeerReading } from "./peer-reading.ts";
import type { PeerRecord } from "./peer-record.ts";
import type { PeerStore } from "./peer-store.ts";
import { type AnswerQuestion, type AnswerTaker, Questions } from "./questions.ts";
import { agoOf, freshAge, spanOf } from "./reading-age.ts";

/** Peers of a board, at most. */
export const maxPeers = 8;
const tickInterval = 1_000;
/** The end of a pair is told again after so long, ms. */
const endInterval = 5_000;
/** A peer of which nothing was heard so long after the start may know another pair, or none, ms. */
const silentTime = 600_000;
/** A peer hears of a reading at least so often, ms, whatever is published. */
const readingInterval = 50_000;

export interface PeersOptions {
  readonly crypto: HostCrypto;
  readonly network: PairingNetwork;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: PairingCounters;
  readonly root: string;
  readonly store: PeerStore;
  /** The console's form of a reading. */
  readonly describe: (reading: PeerReading) => string;
  readonly owner: PeersOwner;
}

export interface PeersOwner {
  /** Answers questions of peers; undefined: nobody does yet. */
  readonly answer: AnswerQuestion | undefined;
  /** Where the end of a pair is kept until the other end knows of it. */
  readonly ended: EndedPairs;
  /** A peer has shown that it has the secret, too. */
  peerConfirmed(name: string): void;
  /** A new reading of a peer, and when it was measured, ticks. */
  peerSays(name: string, reading: PeerReading, measuredAt: number): void;
  /** An order of a peer, or its answer to one. */
  peerOrders(link: PeerLink, message: OpenedRecord): void;
}

/** A peer as somebody else may see it. */
export interface PeerView {
  readonly name: string;
  readonly isHere: boolean;
  /** When it was heard of last, ticks; undefined: not since the start. */
  readonly heardAt: number | undefined;
}

/** A peer and what it said last. */
interface Peer {
  readonly link: PeerLink;
  /** The last reading, as it came, and when it was measured, ticks. */
  reading: Uint8Array | undefined;
  measuredAt: number;
  /** When it was told of a reading, or that the pair is over, ticks. */
  toldAt: number;
}

/** The peers of a board: they are stored, linked, followed, and told of its readings. */
export class Peers implements LinkOwner {
  readonly #options: PeersOptions;
  readonly #linkOptions: LinkOptions;
  readonly #peers: Peer[] = [];
  /** Undefined: nobody has asked anything. */
  #questions: Questions | undefined;
  #ticker: Timer | undefined;
  /** When peers that are silent since the start are told of; undefined: that was done. */
  #silentAt: number | undefined;

  constructor(options: PeersOptions, records: readonly PeerRecord[]) {
    const { crypto, network, timers, clock, counters, root } = options;
    this.#options = options;
    this.#linkOptions = { crypto, network, timers, clock, counters, root, owner: this };
    this.#silentAt = clock.ticks() + silentTime;
    for (const record of records) this.link(record);
  }

  /** How many there are, with those that are not told yet that it is over. */
  get count(): number {
    return this.#peers.length;
  }

  /** Whether one of that name is paired. */
  has(name: string): boolean {
    return this.#peers.some(({ link: { peer } }) => peer.name === name && peer.state === "paired");
  }

  /** How many are there, and how many are away. */
  get presence(): { readonly here: number; readonly away: number } {
    const { paired } = this;
    const here = paired.filter(({ link }) => link.isPresent).length;
    return { here, away: paired.length - here };
  }

  /** Those that are paired, in the order in which they became so. */
  get views(): PeerView[] {
    return this.paired.map(({ link: { peer, isPresent, heardAt } }) => {
      return { name: peer.name, isHere: isPresent, heardAt };
    });
  }

  private get paired(): readonly Peer[] {
    return this.#peers.filter(({ link }) => link.peer.state === "paired");
  }

  /** Throws PairingError when there is no room for one more. */
  checkRoom(): void {
    if (this.paired.length < maxPeers) return;
    throw new PairingError({
      code: "pairing/full",
      what: `this board has ${maxPeers} peers`,
      todo: "unpair one of them first",
    });
  }

  /** Stores a peer that has proved the code, and links it. Throws what the storage throws. */
  add({ name, secret, isJoining }: NewPeer): void {
    const state = isJoining ? "paired" : "unconfirmed";
    const leaving = this.#peers.filter(({ link }) => this.givesWay(link.peer, name, isJoining));
    const record: PeerRecord = { name, secret, isInitiator: isJoining, state };
    for (const { link } of leaving) {
      if (link.peer.state === "ending") this.#options.owner.ended.store(link.peer);
    }
    this.save([...this.recordsWithout(leaving), record], leaving.length > 0);
    this.drop(leaving, name);
    this.link(record);
  }

  /** Ends the pair with a peer. Returns what to say; throws PairingError or what the storage throws. */
  end(name: string): string {
    const peer = this.find(name);
    const { link } = peer;
    if (link.peer.state !== "paired") {
      this.#options.owner.ended.store(link.peer);
      this.save(this.recordsWithout([peer]), true);
      this.drop([peer]);
      return `${name} is forgotten`;
    }
    const record: PeerRecord = { ...link.peer, state: "ending" };
    this.save([...this.recordsWithout([peer]), record]);
    link.peer = record;
    peer.toldAt = this.#options.clock.ticks();
    link.say(END, nothing);
    return link.isPresent
      ? `the pair with ${name} is over`
      : `the pair with ${name} is over, which it is told when it is back; again: it is forgotten now`;
  }

  /** Says goodbye to all. */
  close(): void {
    this.#options.timers.clear(this.#ticker);
    this.#ticker = undefined;
    for (const { link } of this.#peers.splice(0)) {
      link.say(GONE, nothing);
      link.close();
    }
  }

  /** Tells all peers of a reading. */
  sendReading(reading: PeerReading, time: number | undefined): void {
    let body: Uint8Array | undefined;
    for (const peer of this.#peers) {
      const { link } = peer;
      if (link.peer.state !== "paired") continue;
      body ??= encodePeerReading(reading, time);
      if (link.say(READING, body)) peer.toldAt = this.#options.clock.ticks();
    }
  }

  /** A peer that is there has not been told of a reading for a while. */
  get areWaiting(): boolean {
    const now = this.#options.clock.ticks();
    return this.#peers.some(
      ({ link, toldAt }) =>
        link.isPresent && link.peer.state === "paired" && now - toldAt >= readingInterval,
    );
  }

  /** Asks a peer to run a command. Throws PairingError. */
  ask(name: string, line: string, taker: AnswerTaker): void {
    this.questions.ask(this.linkOf(name), line, taker);
  }

  /** Nobody waits for the answer any more. */
  forgetQuestion(): void {
    this.#questions?.forget();
  }

  /** The link to a peer that is there; undefined: it is away, or there is none. */
  linkTo(name: string): PeerLink | undefined {
    const isIt = ({ link: { peer } }: Peer) => peer.name === name && peer.state === "paired";
    const link = this.#peers.find(isIt)?.link;
    return link?.isPresent ? link : undefined;
  }

  private linkOf(name: string): PeerLink {
    const { link } = this.find(name);
    if (link.isPresent && link.peer.state === "paired") return link;
    throw new PairingError({ code: "pairing/away", what: `${name} is away` });
  }

  /** One line for each peer. */
  describe(): string {
    const now = this.#options.clock.ticks();
    return this.#peers.map((peer) => this.lineOf(peer, now)).join("\n");
  }

  // --- for the links

  linkPresence(link: PeerLink): void {
    const { name, state } = link.peer;
    if (state !== "paired") return;
    const [event, text] = link.isPresent ? ["here", "is here"] : ["away", "is away"];
    this.say("info", event as string, name, text as string);
  }

  linkMessage(link: PeerLink, message: OpenedRecord): void {
    const peer = this.#peers.find((each) => each.link === link);
    if (!peer) return;
    if (message.kind === END) this.onEnd(peer);
    else if (link.peer.state !== "paired") return;
    else if (message.kind === READING) this.onReading(peer, message);
    else if (message.kind === QUESTION) {
      this.questions.onQuestion(link, message, this.#options.owner.answer);
    } else if (message.kind === ANSWER) this.#questions?.onAnswer(link, message);
    else this.#options.owner.peerOrders(link, message);
  }

  linkOver(link: PeerLink): void {
    const peer = this.#peers.find((each) => each.link === link);
    if (!peer || !this.forget(peer)) return;
    this.sayEnded(link);
    link.sayOver();
    this.drop([peer]);
  }

  private get questions(): Questions {
    const { crypto, clock } = this.#options;
    if (!this.#questions) {
      const [high = 0, low = 0] = crypto.randomBytes(2);
      this.#questions = new Questions(clock, (high << 8) | low);
    }
    return this.#questions;
  }

  private onReading(peer: Peer, { body, delay }: OpenedRecord): void {
    const { clock, timers } = this.#options;
    const measuredAt = clock.ticks() - delay;
    // In a turn of its own: opening the message is as much as one turn of the loop should do.
    timers.set(() => this.takeReading(peer, body, measuredAt), 0);
  }

  private takeReading(peer: Peer, body: Uint8Array, measuredAt: number): void {
    const { clock, describe, counters, owner } = this.#options;
    if (!this.#peers.includes(peer)) return;
    const reading = decodePeerReading(body);
    if (!reading) {
      counters.refused++;
      return;
    }
    // One that was overtaken is not shown as new.
    if (peer.reading && measuredAt < peer.measuredAt) return;
    peer.reading = body;
    peer.measuredAt = measuredAt;
    const delay = clock.ticks() - measuredAt;
    const verb = delay > freshAge ? `said ${agoOf(delay)}:` : "says";
    const { name, state } = peer.link.peer;
    this.say("info", "reading", name, `${verb} ${describe(reading)}`);
    if (state === "paired") owner.peerSays(name, reading, measuredAt);
  }

  /** That it is over is stored before it is forgotten: the power may go at any time. */
  private onEnd(peer: Peer): void {
    const { link } = peer;
    try {
      this.#options.owner.ended.store(link.peer);
    } catch (error) {
      this.sayNotForgotten(link, error);
      return;
    }
    this.forget(peer);
    this.sayEnded(link);
    this.drop([peer]);
  }

  private sayEnded({ peer: { name, state } }: PeerLink): void {
    if (state === "paired") this.say("warn", "ended", name, "has ended the pair");
  }

  private tick(): void {
    const now = this.#options.clock.ticks();
    if (this.#silentAt !== undefined && now >= this.#silentAt) this.tellSilent(now);
    for (const peer of [...this.#peers]) {
      const { link } = peer;
      const { state } = link.peer;
      link.tick(now);
      if (!link.isPresent) continue;
      if (state === "unconfirmed") this.confirm(peer);
      if (state === "ending" && now - peer.toldAt >= endInterval) {
        peer.toldAt = now;
        link.say(END, nothing);
      }
    }
  }

  /** What was stored may be older than the pair, as with a backup that was put back. */
  private tellSilent(now: number): void {
    if (!isOnline(this.#options.network)) {
      this.#silentAt = now + silentTime / 2;
      return;
    }
    this.#silentAt = undefined;
    for (const { link } of this.#peers) {
      const { name, state } = link.peer;
      if (state !== "paired" || link.heardAt !== undefined) continue;
      this.say("warn", "silent", name, `has not been heard of since the start; ${renew}`);
    }
  }

  private confirm(peer: Peer): void {
    const { link } = peer;
    const { name } = link.peer;
    const leaving = this.#peers.filter((each) => each !== peer && each.link.peer.name === name);
    const record: PeerRecord = { ...link.peer, state: "paired" };
    try {
      this.save([...this.recordsWithout([...leaving, peer]), record], leaving.length > 0);
    } catch (error) {
      this.say("error", "not-stored", name, `cannot be stored: ${messageOf(error)}`);
      this.#options.owner.ended.hold(link.peer);
      this.drop([peer]);
      return;
    }
    link.peer = record;
    this.drop(leaving, name);
    this.#options.owner.peerConfirmed(name);
  }

  private find(name: string): Peer {
    const found = this.#peers.filter(({ link }) => link.peer.name === name);
    const peer = found.find(({ link }) => link.peer.state === "paired") ?? found[0];
    if (peer) return peer;
    throw new PairingError({
      code: "pairing/unknown",
      what: `there is no peer ${JSON.stringify(name)}`,
      todo: "pairs lists them",
    });
  }

  private link(record: PeerRecord): void {
    const { timers } = this.#options;
    const link = new PeerLink(record, this.#linkOptions);
    this.#peers.push({ link, reading: undefined, measuredAt: 0, toldAt: 0 });
    this.#ticker ??= timers.repeat(() => this.tick(), tickInterval);
  }

  /** What a new peer takes the place of; one that is not confirmed does so when it is. */
  private givesWay({ name, state }: PeerRecord, newName: string, isConfirmed: boolean): boolean {
    if (state === "unconfirmed") return true;
    if (name === newName) return isConfirmed;
    return state === "ending" && this.count >= maxPeers;
  }

  /** What is stored, without some. */
  private recordsWithout(leaving: readonly Peer[]): PeerRecord[] {
    return this.#peers.filter((peer) => !leaving.includes(peer)).map(({ link }) => link.peer);
  }

  private save(records: readonly PeerRecord[], isLess = false): void {
    this.#options.store.save(records, isLess);
  }

  /** From now on it is not stored. False: the storage does not take that, which is said. */
  private forget(peer: Peer): boolean {
    try {
      this.save(this.recordsWithout([peer]), true);
      return true;
    } catch (error) {
      this.sayNotForgotten(peer.link, error);
      return false;
    }
  }

  private sayNotForgotten({ peer: { name } }: PeerLink, error: unknown): void {
    this.say("error", "not-stored", name, `has ended the pair, not stored: ${messageOf(error)}`);
  }

  /** Ends the links of some; `newName`: of the peer that takes the place of one. */
  private drop(leaving: readonly Peer[], newName?: string): void {
    for (const peer of leaving) {
      const { name, state } = peer.link.peer;
      if (name === newName && state === "paired") {
        this.say("warn", "replaced", name, "was paired before; the new pair takes its place");
      }
      peer.link.close();
      this.#peers.splice(this.#peers.indexOf(peer), 1);
    }
    if (this.#peers.length > 0) return;
    this.#options.timers.clear(this.#ticker);
    this.#ticker = undefined;
  }

  private lineOf({ link, reading: body, measuredAt }: Peer, now: number): string {
    const { name, state } = link.peer;
    if (state === "unconfirmed")
      return `${name}  not confirmed yet; pair again if it does not come`;
    if (state === "ending")
      return `${name}  over; it is told when it is back, or forgotten by another unpair`;
    const isSilent = link.heardAt === undefined && this.#silentAt === undefined;
    const unheard = isSilent ? `not heard of since the start; ${renew}` : "not heard of yet";
    const heard = link.heardAt === undefined ? unheard : `away for ${spanOf(now - link.heardAt)}`;
    const reading = body && decodePeerReading(body);
    const said = reading ? `  ${agoOf(now - measuredAt)}: ${this.#options.describe(reading)}` : "";
    return `${name}  ${link.isPresent ? "here" : heard}${said}`;
  }

  private say(
    level: "info" | "warn" | "error",
    event: string,
    partner: string,
    text: string,
  ): void {
    this.#options.log({
      level,
      part: "peer",
      event,
      text: `${partner} ${text}`,
      data: { partner },
    });
  }
}

const nothing = new Uint8Array(0);
const renew = "if it is on, the pair is to be made again with pair";
