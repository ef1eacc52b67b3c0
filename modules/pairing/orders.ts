// SPDX-License-Identifier: MIT

import { concat } from "../base/bytes.ts";
import type { Clock, Timer, Timers } from "../base/clock.ts";
import { decodeUtf8 } from "../base/utf8.ts";
import { ORDER, type PeerLink, RECEIPT } from "./link/peer-link.ts";
import { longestBody, type OpenedRecord } from "./link/traffic.ts";
import type { PairingCounters } from "./pairing-counters.ts";

/** What a peer is to do while something holds. */
export interface Order {
  /** 1–255, by which this board knows it. */
  readonly number: number;
  /** Who is to do it. */
  readonly peer: string;
  /** What is to be done, as text. */
  readonly task: string;
}

/** Does what peers tell this board. */
export interface Doer {
  /**
   * `isOn`: `task` is to be done, or goes on; else it is over. Told again and again. Returns why it is
   * not done; undefined: it is. Must not throw.
   */
  obey(peer: string, order: Omit<Order, "peer">, isOn: boolean): string | undefined;
  /** Ends all of it. */
  close(): void;
}

/** What orders need of their board. */
export interface OrdersOwner {
  /** The link to a peer that is there; undefined: it is away, or there is none. */
  linkTo(peer: string): PeerLink | undefined;
  /** Whether there is a peer of that name. */
  isPaired(peer: string): boolean;
  /** Undefined: this board does nothing for its peers. */
  readonly doer: Doer | undefined;
  /** A peer does not do it, for another reason than before. */
  orderRefused(order: Order, why: string): void;
}

export interface OrdersOptions {
  readonly timers: Timers;
  readonly clock: Pick<Clock, "ticks">;
  readonly counters: PairingCounters;
  readonly owner: OrdersOwner;
}

/** A task that holds is told again after so long, ms, and ends at the other end when that stays out. */
const renewInterval = 10_000;
/** What a peer does after so long without another word, ms: it ends the task. */
export const orderTime = 60_000;
/** That nothing is to be done is told again after so long, ms, and so is what was refused. */
const idleInterval = 60_000;
/** What was not answered is told again after so long, ms, and then after twice as long. */
const firstPause = 5_000;
const tickInterval = 1_000;
/** An order that was on its way for so long is not carried out any more, ms. */
const maxDelay = 30_000;
/** Orders that are taken in `tickInterval`: eight rules, and what is told again of them. */
const mostOrders = 16;
const headLength = 2;
const onFlag = 1;
const refusedFlag = 2;
/** Of the reason why something is refused, bytes. */
const longestWhy = longestBody - headLength;

/** An order, and how far it is. */
interface GivenOrder extends Order {
  isOn: boolean;
  /** Ticks; undefined: it was not told yet, as it is. */
  toldAt: number | undefined;
  /** How long the answer is waited for, ms. */
  pause: number;
  /** Undefined: it was not answered; empty: it is done. */
  refusal: string | undefined;
}

/** What this board wants its peers to do, and what they want of it. */
export class Orders {
  readonly #options: OrdersOptions;
  readonly #given: GivenOrder[] = [];
  #timer: Timer | undefined;
  /** How many came since when, ticks. */
  #count = 0;
  #since = Number.NEGATIVE_INFINITY;

  constructor(options: OrdersOptions) {
    this.#options = options;
  }

  /** From now on a peer is told; nothing is to be done yet. */
  give({ number, peer, task }: Order): void {
    this.withdraw(number);
    const begin = { isOn: false, toldAt: undefined, pause: firstPause, refusal: undefined };
    this.#given.push({ number, peer, task, ...begin });
    this.wake(0);
  }

  /** It is to be done now, or not any more. */
  change(number: number, isOn: boolean): void {
    const order = this.find(number);
    if (!order || order.isOn === isOn) return;
    order.isOn = isOn;
    order.toldAt = undefined;
    order.pause = firstPause;
    order.refusal = undefined;
    this.wake(0);
  }

  /** The order is no more: a peer that is there is told once that it is over. */
  withdraw(number: number): void {
    const order = this.find(number);
    if (!order) return;
    this.#given.splice(this.#given.indexOf(order), 1);
    order.isOn = false;
    const link = this.#options.owner.linkTo(order.peer);
    if (link) tell(link, order);
  }

  /** How far an order is, for people. */
  textOf(number: number): string | undefined {
    const order = this.find(number);
    if (!order) return undefined;
    const { peer, refusal } = order;
    const { owner } = this.#options;
    if (!owner.isPaired(peer)) return `there is no peer ${peer}`;
    if (!owner.linkTo(peer)) return `${peer} is away`;
    if (refusal === undefined) return `${peer} has not answered yet`;
    if (refusal !== "") return `${peer} refuses: ${refusal}`;
    return order.isOn ? `${peer} does it` : `${peer} is ready`;
  }

  close(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    this.#given.length = 0;
  }

  /** An order of a peer, or its answer to one. */
  onMessage(link: PeerLink, message: OpenedRecord): void {
    if (message.kind === RECEIPT) this.onReceipt(link, message);
    else if (message.kind === ORDER) this.onOrder(link, message);
  }

  private onOrder(link: PeerLink, { body, delay, isNewest }: OpenedRecord): void {
    const { clock, counters, timers } = this.#options;
    const task = decodeUtf8(body.subarray(headLength));
    // One that was overtaken may be older than what holds; it is told again.
    if (!isNewest || delay > maxDelay) return;
    const [number = 0, flags = 0] = body;
    if (body.length <= headLength || task === undefined || number === 0) {
      counters.refused++;
      return;
    }
    if (this.isTooFast(clock.ticks())) {
      counters.limited++;
      return;
    }
    // In a turn of its own: opening the message is as much as one turn of the loop should do.
    timers.set(() => this.carryOut(link, { number, task }, (flags & onFlag) !== 0), 0);
  }

  private carryOut(link: PeerLink, order: Omit<Order, "peer">, isOn: boolean): void {
    const { doer } = this.#options.owner;
    const { name, state } = link.peer;
    if (state !== "paired") return;
    const why = doer ? doer.obey(name, order, isOn) : "this board does nothing for its peers";
    const flags = (isOn ? onFlag : 0) | (why === undefined ? 0 : refusedFlag);
    const text = new TextEncoder().encode(why ?? "").subarray(0, longestWhy);
    link.say(RECEIPT, concat(Uint8Array.of(order.number, flags), text));
  }

  private onReceipt(link: PeerLink, { body }: OpenedRecord): void {
    const [number = 0, flags = 0] = body;
    const order = this.find(number);
    if (order?.peer !== link.peer.name || order.isOn !== ((flags & onFlag) !== 0)) return;
    const isRefused = (flags & refusedFlag) !== 0;
    const text = decodeUtf8(body.subarray(headLength)) || "it does not say why";
    const before = order.refusal;
    order.refusal = isRefused ? text : "";
    order.pause = firstPause;
    if (isRefused && order.isOn && before !== text) this.#options.owner.orderRefused(order, text);
  }

  /** Tells what is due, one order in a turn. */
  private tell(): void {
    const now = this.#options.clock.ticks();
    const { owner } = this.#options;
    this.#timer = undefined;
    const due = this.#given.filter((order) => isDue(order, now) && owner.linkTo(order.peer));
    const [order] = due;
    const link = order && owner.linkTo(order.peer);
    if (order && link) {
      const isAgain = order.refusal === undefined && order.toldAt !== undefined;
      if (isAgain) order.pause = Math.min(2 * order.pause, idleInterval);
      order.toldAt = now;
      tell(link, order);
    }
    if (this.#given.length > 0) this.wake(due.length > 1 ? 0 : tickInterval);
  }

  private wake(delay: number): void {
    const { timers } = this.#options;
    timers.clear(this.#timer);
    this.#timer = timers.set(() => this.tell(), delay);
  }

  private isTooFast(now: number): boolean {
    if (now - this.#since >= tickInterval) {
      this.#since = now;
      this.#count = 0;
    }
    return this.#count++ >= mostOrders;
  }

  private find(number: number): GivenOrder | undefined {
    return this.#given.find((order) => order.number === number);
  }
}

function isDue({ isOn, toldAt, pause, refusal }: GivenOrder, now: number): boolean {
  if (toldAt === undefined) return true;
  if (refusal === undefined) return now - toldAt >= pause;
  return now - toldAt >= (isOn && refusal === "" ? renewInterval : idleInterval);
}

function tell(link: PeerLink, { number, isOn, task }: GivenOrder): void {
  const head = Uint8Array.of(number, isOn ? onFlag : 0);
  link.say(ORDER, concat(head, new TextEncoder().encode(task)));
}
