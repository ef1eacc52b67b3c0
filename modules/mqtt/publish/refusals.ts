// SPDX-License-Identifier: MIT

import type { QoS } from "../../ecma-419/mqtt-client.ts";
import { givesWay, type OutgoingMessage } from "./outgoing-message.ts";

/** Topics that are remembered. */
const most = 8;
/** So many messages of a topic that the broker has refused in a row are no accident. */
const enough = 2;
/** So long such a topic is left out first, ms; after each further refusal twice as long. */
const firstRest = 60_000;
const longestRest = 32 * firstRest;
/** What was not refused again for so long is taken again, ms. */
const forgotten = 600_000;

/** What the broker refuses of one topic. */
interface Refusal {
  readonly topic: string;
  /** The least QoS, and bytes of payload, that were refused. */
  QoS: QoS;
  size: number;
  /** Refused in a row. */
  count: number;
  /** Until when none is sent; ticks. */
  until: number;
}

/**
 * Topics that the broker does not take. Each refusal costs some connections, so a topic without
 * permission that is published to each second would leave no time for anything else. After the second
 * one such messages are left out for a minute, then twice as long each time; what is neither longer
 * nor of a higher QoS than those goes on. A message that gives way to no other is always tried.
 */
export class Refusals {
  readonly #list: Refusal[] = [];

  /** The broker has refused a message. */
  add({ topic, QoS, payload }: OutgoingMessage, now: number): void {
    const list = this.#list;
    let refusal = list.find((one) => one.topic === topic);
    if (!refusal) {
      if (list.length === most) list.shift();
      refusal = { topic, QoS, size: payload.length, count: 0, until: now };
      list.push(refusal);
    }
    if (QoS < refusal.QoS) refusal.QoS = QoS;
    refusal.size = Math.min(refusal.size, payload.length);
    const again = ++refusal.count - enough;
    if (again >= 0) refusal.until = now + Math.min(longestRest, firstRest * 2 ** again);
  }

  /** True when the message would be refused. */
  covers(message: OutgoingMessage, now: number): boolean {
    const { topic, QoS, payload } = message;
    return this.#list.some(
      (one) =>
        one.topic === topic &&
        now < one.until &&
        QoS >= one.QoS &&
        payload.length >= one.size &&
        givesWay(message),
    );
  }

  /** True while something is remembered; forgets what has not been refused for long. */
  isNeeded(now: number): boolean {
    const list = this.#list;
    for (let i = list.length - 1; i >= 0; i--) {
      if (now - (list[i] as Refusal).until > forgotten) list.splice(i, 1);
    }
    return list.length > 0;
  }
}
