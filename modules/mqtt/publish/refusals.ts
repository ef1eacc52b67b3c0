// SPDX-License-Identifier: MIT

import type { QoS } from "../../ecma-419/mqtt-client.ts";
import { restAfter } from "../refusal-rest.ts";
import { givesWay, mostEndings, type OutgoingMessage } from "./outgoing-message.ts";

/** Topics that are remembered: more than a board without rights publishes to, its rules and peers included. */
const most = 24;
/** So many messages of a topic that the broker has refused in a row are no accident. */
const enough = 2;
/** What was not refused again for so long is taken again, ms. */
const forgotten = 600_000;

/** So long after a message of QoS 0 the broker may end the connection for it, ms. */
export const settling = 3_000;

/** What the broker refuses of one topic, or may refuse. */
interface Refusal {
  readonly topic: string;
  /** The least QoS, and bytes of payload, at which connections have ended. */
  QoS: QoS;
  size: number;
  /** Connections in a row that have ended at messages of QoS 0. */
  endings: number;
  /** Refused in a row. */
  count: number;
  /** Until when none is sent; ticks. */
  until: number;
}

/**
 * What the broker does not take. Each refusal costs some connections, so a topic without permission
 * that is published to each second would leave no time for anything else. After the second one such
 * messages are left out for a minute, then twice as long each time; what is neither longer nor of a
 * higher QoS than those goes on. A message that gives way to no other is always tried.
 *
 * A message of QoS 0 has no confirmation, so nobody knows at which one a connection has ended. After
 * the second connection that has ended so, each of them is a suspect: sent alone, and a PINGRESP behind
 * it says that the broker has taken it. One that ends the connection only when it has answered PINGREQ is
 * found out by two connections that have ended soon after PINGRESP: from then on each topic is left alone
 * once for longer, and has to outlive that.
 */
export class Refusals {
  readonly #list: Refusal[] = [];
  /** Connections that have ended behind messages of QoS 0, and the last of them, ticks. */
  #doubts = 0;
  #doubted = 0;
  /** When PINGRESP said last that a message was taken; ticks. */
  #takenAt = Number.NEGATIVE_INFINITY;
  /** Connections that have ended soon after that. */
  #late = 0;
  /** Topics of which a message was alone for long enough; undefined: it need not be. */
  #settled: string[] | undefined;

  /** A connection has ended, and messages of QoS 0 were sent on it. */
  doubt(now: number): void {
    if (now - this.#doubted > forgotten) this.#doubts = 0;
    this.#doubts++;
    this.#doubted = now;
  }

  /** The broker has ended a connection: for what it seemed to have taken, when it is soon after. */
  ended(now: number): void {
    if (now - this.#takenAt > settling || ++this.#late < enough) return;
    this.#late = 0;
    this.#settled = [];
  }

  /** True when a message stays alone for a while, be it that PINGRESP has come. */
  settles({ topic, QoS }: OutgoingMessage): boolean {
    return QoS === 0 && this.#settled?.includes(topic) === false;
  }

  /**
   * A connection has ended at this message of QoS 0, which was alone. True when that makes it refused:
   * three have ended at such messages, or the topic is known.
   */
  isEnough(message: OutgoingMessage, now: number): boolean {
    const refusal = this.refusalOf(message, now);
    this.#doubted = now;
    refusal.until = now;
    return ++refusal.endings >= mostEndings || refusal.count >= enough;
  }

  /** The broker has refused a message; of a birth, or of QoS 0, one is enough. */
  add(message: OutgoingMessage, now: number): void {
    const refusal = this.refusalOf(message, now);
    if (message.isFirst || message.QoS === 0) refusal.count = Math.max(refusal.count, enough - 1);
    const again = ++refusal.count - enough;
    if (again >= 0) refusal.until = now + restAfter(again);
  }

  /** The broker has taken a message. */
  clear(message: OutgoingMessage, now: number): void {
    if (message.QoS === 0) this.#takenAt = now;
    if (this.settles(message)) this.settle(message.topic);
    const at = this.#list.findIndex((one) => isOf(one, message));
    if (at >= 0) this.#list.splice(at, 1);
  }

  /** True when the message would be refused. */
  covers(message: OutgoingMessage, now: number): boolean {
    return givesWay(message) && this.rests(message, now);
  }

  /** True while such messages are left out. */
  rests(message: OutgoingMessage, now: number): boolean {
    return this.#list.some((one) => now < one.until && isOf(one, message));
  }

  /** True when it has to be sent alone, so that it is known whether the connection ends at it. */
  suspects(message: OutgoingMessage): boolean {
    const list = this.#list;
    // While something is refused, PINGRESP shows as well that other things are taken.
    if (message.QoS === 0) return this.#doubts >= enough || list.length > 0;
    return list.some((one) => isOf(one, message));
  }

  /** True when one more connection that ends at such a message is enough. */
  knows(message: OutgoingMessage): boolean {
    return givesWay(message) && this.#list.some((one) => one.count >= enough && isOf(one, message));
  }

  /** True while something is remembered; forgets what has not happened again for long. */
  isNeeded(now: number): boolean {
    const list = this.#list;
    for (let i = list.length - 1; i >= 0; i--) {
      if (now - (list[i] as Refusal).until > forgotten) list.splice(i, 1);
    }
    if (now - this.#doubted > forgotten) this.#doubts = 0;
    return list.length > 0 || this.#doubts > 0;
  }

  private settle(topic: string): void {
    const settled = this.#settled;
    if (settled?.push(topic) === most + 1) settled.shift();
  }

  /** What is remembered of its topic, with this message in it. */
  private refusalOf({ topic, QoS, payload }: OutgoingMessage, now: number): Refusal {
    const list = this.#list;
    const size = payload.length;
    let refusal = list.find((one) => one.topic === topic);
    if (!refusal) {
      if (list.length === most) list.shift();
      refusal = { topic, QoS, size, endings: 0, count: 0, until: now };
      list.push(refusal);
    }
    if (QoS < refusal.QoS) refusal.QoS = QoS;
    if (size < refusal.size) refusal.size = size;
    return refusal;
  }
}

/** Shorter ones, and those of a lower QoS, may be taken. */
function isOf(one: Refusal, { topic, QoS, payload }: OutgoingMessage): boolean {
  return one.topic === topic && QoS >= one.QoS && payload.length >= one.size;
}
