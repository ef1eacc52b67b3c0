// SPDX-License-Identifier: MIT

import type { Clock, Random } from "../../base/clock.ts";
import type { MqttClient } from "../client/mqtt-client.ts";
import { writeAck } from "../client/mqtt-client.ts";
import { PUBACK, PUBCOMP, PUBREC, PUBREL } from "../codec/packet.ts";
import type { SessionCounters } from "../counters.ts";
import { OutgoingDeliveries } from "./in-flight.ts";
import type { Journal } from "./journal.ts";
import { OutgoingIds } from "./message-ids.ts";
import { MessageWriter } from "./message-writer.ts";
import { Outbox } from "./outbox.ts";
import type { Outcomes } from "./outcomes.ts";
import { OutgoingEnds } from "./outgoing-ends.ts";
import { type OutgoingFacts, OutgoingMessage } from "./outgoing-message.ts";
import type { PublishPolicy } from "./publish-options.ts";

export interface OutgoingOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly counters: SessionCounters;
  readonly outcomes: Outcomes;
  readonly journal: Journal | undefined;
  readonly count: number;
  readonly bytes: number;
  readonly window: number;
  /** Size of the client's send buffer, bytes. */
  readonly sendBuffer: number;
}

/** Bytes of a PUBREL. */
const ACK_SIZE = 4;

/** Messages from `publish` to the end of their delivery, over any number of connections. */
export class Outgoing {
  readonly #options: OutgoingOptions;
  readonly #outbox: Outbox;
  readonly #deliveries = new OutgoingDeliveries();
  readonly #ends: OutgoingEnds;
  readonly #ids: OutgoingIds;
  #client: MqttClient | undefined;
  /** Sent before all others: birth and goodbye. */
  #first: OutgoingMessage | undefined;
  readonly #writer: MessageWriter;

  constructor(options: OutgoingOptions) {
    this.#options = options;
    this.#writer = new MessageWriter(options.sendBuffer);
    const { count, bytes, counters, outcomes, journal } = options;
    const ends = new OutgoingEnds({
      counters,
      outcomes,
      journal,
      release: (message) => this.#outbox.release(message),
    });
    this.#ends = ends;
    this.#outbox = new Outbox({ count, bytes, onGone: (message, how) => ends.gone(message, how) });
    const last = Math.floor(options.random() * 65_535);
    this.#ids = new OutgoingIds(last, this.#deliveries, this.#outbox);
  }

  /** Messages that wait or are not confirmed. */
  get count(): number {
    return this.#outbox.count;
  }

  /** A packet id for a request that is not a message; taken until the next is asked for. */
  requestId(): number {
    return this.#ids.request();
  }

  /** True while a message is being written piece by piece: no request may go in between. */
  get writing(): boolean {
    return this.#writer.message !== undefined;
  }

  /** When the oldest unconfirmed packet was sent; ticks. */
  get oldest(): number | undefined {
    return this.#deliveries.oldest;
  }

  /** Takes a message or not, see `PublishPolicy`. */
  publish(facts: OutgoingFacts, policy: PublishPolicy): boolean {
    const message = new OutgoingMessage(facts);
    if (!this.#outbox.offer(message, policy)) {
      if (policy !== "reject") {
        this.#options.counters.dropped++;
        this.#options.outcomes.add(message, "dropped");
      }
      return false;
    }
    this.#options.counters.published++;
    return true;
  }

  /** Sends a message before all others, when connected: birth or goodbye. */
  publishFirst(facts: OutgoingFacts): void {
    this.#first = new OutgoingMessage(facts);
  }

  /** Connected: with a resumed session everything unconfirmed is repeated, otherwise it is new. */
  connected(client: MqttClient, resumed: boolean): void {
    this.#client = client;
    if (resumed) this.#deliveries.resume();
    else this.#startAgain();
  }

  /** Takes over what an earlier life has left in the journal. */
  restore(): void {
    for (const message of this.#options.journal?.load() ?? []) {
      this.#outbox.restore(message);
      // As if it had been sent: what is to be done is decided when the session is known.
      this.#deliveries.add(message);
    }
  }

  disconnected(): void {
    this.#client = undefined;
    this.#first = undefined;
    const partial = this.#writer.abort();
    // At most once: what has begun to leave is not sent again.
    if (partial?.facts.QoS === 0) this.#ends.end(partial, "dropped");
  }

  /** An acknowledgement for a message of ours, or one that is not waited for. */
  acknowledged(operation: number, id: number): void {
    const { counters } = this.#options;
    if (operation === PUBREC) {
      // An unknown id is answered too: it ends what the broker remembers of an earlier life.
      const message = this.#deliveries.received(id);
      if (!message) counters.strayAcks++;
      else if (!message.released) this.#released(message);
      const written = this.#client && writeAck(this.#client, PUBREL, id);
      if (message) message.due = !written;
      return;
    }
    const done =
      operation === PUBACK ? this.#deliveries.acknowledged(id) : this.#deliveries.completed(id);
    if (done) this.#ends.end(done, "delivered");
    else if (operation === PUBACK || operation === PUBCOMP) counters.strayAcks++;
  }

  /** Ends messages whose time is over, and writes old ones to the journal. */
  tick(now: number): void {
    this.#outbox.expire(now);
    const { journal } = this.#options;
    if (!journal?.mayWrite(now)) return;
    for (const message of this.#deliveries.all()) this.#save(journal, message, now);
    this.#outbox.save(now - journal.age, (message) => {
      this.#save(journal, message, now);
      return journal.mayWrite(now);
    });
  }

  /** Sends what goes before all others. */
  pumpFirst(): void {
    while (this.#client && (this.#first || this.#writer.message) && this.#step(this.#client));
  }

  /** Sends what can be sent now. */
  pump(): void {
    while (this.#client && this.#step(this.#client));
  }

  /** The session has stopped: all messages end, those that can are kept in the journal. */
  stop(): void {
    for (const message of this.#deliveries.all()) this.#stop(message);
    this.#deliveries.clear();
    for (let next = this.#outbox.shift(); next; next = this.#outbox.shift()) this.#stop(next);
  }

  #step(client: MqttClient): boolean {
    const { counters } = this.#options;
    const partial = this.#writer.message;
    if (partial) {
      if (!this.#writer.continue(client)) return false;
      if (this.#writer.message === undefined) this.#finish(partial);
      return true;
    }
    const message = this.#next();
    if (!message) return false;
    if (message.released) return this.#repeatRelease(client, message);
    if (!this.#writer.canBegin(client, message)) return false;
    if (!message.due) this.#take(message);
    if (message.sent) counters.resent++;
    else counters.sent++;
    if (this.#writer.begin(client, message)) this.#finish(message);
    return true;
  }

  #next(): OutgoingMessage | undefined {
    const repeated = this.#first ?? this.#deliveries.nextDue();
    if (repeated) return repeated;
    const waiting = this.#outbox.peek(this.#options.clock.ticks());
    if (!waiting || waiting.facts.QoS === 0) return waiting;
    return this.#deliveries.count < this.#options.window ? waiting : undefined;
  }

  // Out of the queue; with QoS 1 and 2 to those on their way.
  #take(message: OutgoingMessage): void {
    if (message === this.#first) this.#first = undefined;
    else this.#outbox.shift();
    // Until all of it is written: a message that waits for room is not one the broker owes us for.
    message.due = true;
    if (message.facts.QoS === 0) return;
    this.#ids.number(message);
    this.#deliveries.add(message);
  }

  #finish(message: OutgoingMessage): void {
    message.due = false;
    message.sentAt = this.#options.clock.ticks();
    if (message.facts.QoS === 0) this.#ends.end(message, "sent");
  }

  #repeatRelease(client: MqttClient, message: OutgoingMessage): boolean {
    if (client.writable < ACK_SIZE) return false;
    client.write(undefined, { operation: PUBREL, id: message.id });
    this.#options.counters.resent++;
    message.due = false;
    message.sentAt = this.#options.clock.ticks();
    return true;
  }

  #released(message: OutgoingMessage): void {
    message.released = true;
    message.sentAt = this.#options.clock.ticks();
    // Before PUBREL: afterwards the broker would take the same message for a new one.
    if (message.stored) this.#options.journal?.release(message);
  }

  #startAgain(): void {
    const all = this.#deliveries.restart();
    for (const message of all) if (message.facts.QoS === 2) this.#options.counters.restarted++;
    this.#outbox.putBack(all.filter(({ held }) => held));
  }

  #stop(message: OutgoingMessage): void {
    const { journal } = this.#options;
    if (journal) this.#save(journal, message, Infinity);
    this.#ends.stopped(message);
  }

  // With its packet id, which it keeps: a message that is sent again after a reboot has to have it.
  #save(journal: Journal, message: OutgoingMessage, now: number): void {
    if (message.stored || !message.held || !journal.wants(message, now)) return;
    this.#ids.number(message);
    journal.write(message);
  }
}
