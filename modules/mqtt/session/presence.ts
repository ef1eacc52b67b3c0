// SPDX-License-Identifier: MIT

import type { Clock, Timer, Timers } from "../../base/clock.ts";
import type { MqttMessage } from "../subscribe/mqtt-message.ts";
import type { Delivery } from "./delivery.ts";
import type { MqttSessionOptions, StatusMessage } from "./session-options.ts";

/** Least time between two repetitions, ms; doubled for each further one on a connection. */
const minPause = 1_000;
/** It does not grow over this, ms: two boards with one topic must not fight. */
const maxPause = 60_000;

/** Who is notified of the guard's work. */
export interface PresenceOwner {
  /** The birth is repeated, because something else stood on its topic. */
  onRebirth(topic: string): void;
}

export interface PresenceOptions {
  readonly session: MqttSessionOptions;
  readonly delivery: Delivery;
  readonly owner: PresenceOwner;
}

/** A message as it is sent. */
type MessageData = Required<StatusMessage>;

/** What a session says of itself: birth, goodbye, and the guard between them. */
export class Presence {
  readonly #delivery: Delivery;
  readonly #birth: MessageData | undefined;
  readonly #goodbye: MessageData | undefined;
  readonly #guard: BirthGuard | undefined;

  /** @throws MqttError when birth or goodbye is not legal */
  constructor(options: PresenceOptions) {
    const { session, delivery } = options;
    this.#delivery = delivery;
    this.#birth = session.birth && dataOf(session.birth, delivery);
    this.#goodbye = session.goodbye && dataOf(session.goodbye, delivery);
    const { guardBirth = true, will } = session;
    if (this.#birth && guardBirth && will?.topic === this.#birth.topic) {
      this.#guard = new BirthGuard(this.#birth, options);
    }
  }

  /** Connected: the birth goes before everything else. */
  connected(): void {
    const birth = this.#birth;
    if (!birth) return;
    const { publisher } = this.#delivery;
    // What the broker does not take, the guard must not say either.
    if (publisher.publishBirth(birth.topic, birth.payload, birth)) this.#guard?.connected();
  }

  /** The connection is gone, or about to be: the guard rests. */
  rest(): void {
    this.#guard?.rest();
  }

  /** Sends the goodbye, or `payload` in its place, before everything else; false when there is none. */
  sayGoodbye(onDone: () => void, payload = this.#goodbye?.payload): boolean {
    const goodbye = this.#goodbye;
    if (!goodbye || payload === undefined) return false;
    const { publisher } = this.#delivery;
    publisher.publishGoodbye(goodbye.topic, payload, { ...goodbye, onDone });
    return true;
  }
}

/**
 * Keeps the status topic true while we are connected, by a subscription of our own: when the will of
 * the old connection arrives after the birth of the new one, the birth is sent again.
 */
export class BirthGuard {
  readonly #birth: MessageData;
  readonly #delivery: Delivery;
  readonly #owner: PresenceOwner;
  readonly #clock: Clock;
  readonly #timers: Timers;
  #repeated = 0;
  #last = Number.NEGATIVE_INFINITY;
  #isOnline = false;
  #timer: Timer | undefined;

  constructor(birth: MessageData, options: PresenceOptions) {
    this.#birth = birth;
    this.#delivery = options.delivery;
    this.#owner = options.owner;
    this.#clock = options.session.clock;
    this.#timers = options.session.timers;
    // QoS 0: what another client said while we were away is overruled by the birth anyway, and must
    // not wait for us at the broker.
    this.#delivery.subscribe(birth.topic, { QoS: 0, onMessage: (message) => this.seen(message) });
  }

  connected(): void {
    this.#isOnline = true;
    this.#repeated = 0;
    this.#last = Number.NEGATIVE_INFINITY;
  }

  rest(): void {
    this.#isOnline = false;
    this.forget();
  }

  private seen({ payload }: MqttMessage): void {
    if (!this.#isOnline) return;
    if (isSame(payload, this.#birth.payload)) this.forget();
    else if (this.#timer === undefined) {
      const pause = Math.min(maxPause, minPause * 2 ** this.#repeated);
      const wait = this.#last + pause - this.#clock.ticks();
      if (wait > 0) this.#timer = this.#timers.set(() => this.repeat(), wait);
      else this.repeat();
    }
  }

  private repeat(): void {
    const { topic, payload, QoS, retain } = this.#birth;
    this.forget();
    this.#last = this.#clock.ticks();
    this.#repeated++;
    this.#owner.onRebirth(topic);
    this.#delivery.publisher.publish(topic, payload, { QoS, retain, policy: "latest" });
  }

  private forget(): void {
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
  }
}

function dataOf(message: StatusMessage, delivery: Delivery): MessageData {
  const { topic, payload, QoS = 1, retain = true } = message;
  const data = { topic, payload: payload instanceof Uint8Array ? payload.slice() : payload };
  delivery.check(topic, payload, { QoS, retain });
  return { ...data, QoS, retain };
}

function isSame(seen: Uint8Array, said: string | Uint8Array): boolean {
  const bytes = typeof said === "string" ? new TextEncoder().encode(said) : said;
  return seen.length === bytes.length && seen.every((byte, i) => byte === bytes[i]);
}
