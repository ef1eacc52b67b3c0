// SPDX-License-Identifier: MIT

import type { Clock, Random } from "../../base/clock.ts";
import type { MQTTClient, QoS } from "../../ecma-419/mqtt-client.ts";
import { PINGREQ, PUBACK, PUBREC, PUBREL } from "../codec/packet.ts";
import { bytesOfTopic } from "../codec/packet-length.ts";
import type { SessionCounters } from "../counters.ts";
import { Deliveries, patience } from "./deliveries.ts";
import type { Journal } from "./journal.ts";
import { Outbox } from "./outbox.ts";
import type { Outcomes } from "./outcomes.ts";
import {
  BEGUN,
  isGivenUp,
  mostEndings,
  type OutgoingMessage,
  outgoingMessage,
  SENT,
  TO_RELEASE,
  WAITING,
} from "./outgoing-message.ts";
import {
  check,
  noOptions,
  noPayload,
  noPolicy,
  noQoS,
  noRoomForHeader,
  policies,
  tooLong,
} from "./publish-check.ts";
import type { PublishOptions } from "./publish-options.ts";
import { Refusals, settling } from "./refusals.ts";

/** Bytes of a PUBREL. */
const ackSize = 4;
/** A message in pieces begins only when at least so many bytes of payload go with its header. */
const minPiece = 32;

/** How a connection has ended, as far as it concerns what was published. */
export const NOT_OURS = 0;
/** Something was on its way, which may have been the reason. */
export const MAYBE_OURS = 1;
/** It has ended at one message, which is known. */
export const OURS = 2;
/** The same, and the message was given up. */
export const REFUSED = 3;

export type Ending = typeof NOT_OURS | typeof MAYBE_OURS | typeof OURS | typeof REFUSED;

/** Who is notified of topics, and of what brokers do with messages. */
export interface PublisherOwner {
  /** A topic is published to that is not the one before. */
  onTopic(topic: string): void;
  /** The broker ends connections at this message, which is given up. */
  onGivenUp(message: OutgoingMessage): void;
  /** For the first time the broker has confirmed a QoS 2 message as one of QoS 1. */
  onQoS2Lowered(): void;
}

export interface PublisherOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly counters: SessionCounters;
  readonly outcomes: Outcomes;
  readonly journal: Journal | undefined;
  readonly owner: PublisherOwner;
  readonly limits: {
    readonly outboxCount: number;
    readonly outboxBytes: number;
    readonly window: number;
    readonly sendBuffer: number;
  };
}

/**
 * Messages from `publish` to the end of their delivery, over any number of connections. When nothing
 * waits and there is room, a message goes straight to the client; otherwise through the outbox.
 *
 * A message for which the broker ends three connections is given up, or nothing behind it would ever
 * leave.
 */
export class Publisher {
  readonly #clock: Clock;
  readonly #counters: SessionCounters;
  readonly #outcomes: Outcomes;
  readonly #journal: Journal | undefined;
  readonly #owner: PublisherOwner;
  readonly #encoder = new TextEncoder();
  readonly #deliveries: Deliveries;
  readonly #outbox: Outbox;
  readonly #maxPayload: number;
  /** Restored messages are new to the broker, which has lost the session. */
  #isForgotten = false;
  #hasLowered = false;
  /** Size of the client's send buffer, bytes. */
  readonly #sendBuffer: number;
  #client: MQTTClient | undefined;
  /** The topic that was used last, which is legal, and its bytes. */
  #topic = "";
  #topicLength = 0;
  /** Sent before all others: birth or goodbye. */
  #first: OutgoingMessage | undefined;
  /** The birth until it is confirmed: it is repeated, instead of one more. */
  #birth: OutgoingMessage | undefined;
  /** Has begun and is not written to its end. */
  #partial: OutgoingMessage | undefined;
  #written = 0;
  /** What was refused lately, or may have been; undefined: nothing. */
  #refusals: Refusals | undefined;
  /** It may be refused, so nothing else is on its way beside it. */
  #suspect: OutgoingMessage | undefined;
  /** What `quiet` was when this connection began. */
  #quietBefore = 0;
  /** Something waits to be written, or has to be looked at. Only the publisher sets it. */
  hasWork = false;
  /** Inside a handler of the application: what it publishes waits until it has returned. */
  isHeld = false;
  /** Only what goes before all others is still sent. */
  isEnding = false;

  constructor(options: PublisherOptions) {
    const { clock, counters, outcomes, limits } = options;
    this.#clock = clock;
    this.#counters = counters;
    this.#outcomes = outcomes;
    this.#journal = options.journal;
    this.#owner = options.owner;
    this.#maxPayload = limits.outboxBytes;
    this.#sendBuffer = limits.sendBuffer;
    const outbox = new Outbox({
      count: limits.outboxCount,
      bytes: limits.outboxBytes,
      owner: outcomes,
    });
    this.#outbox = outbox;
    const lastId = Math.floor(options.random() * 65_535);
    this.#deliveries = new Deliveries(lastId, limits.window);
  }

  /** Messages that wait or are not confirmed. */
  get count(): number {
    return this.#outbox.count;
  }

  /** The topic that was published to last. */
  get lastTopic(): string {
    return this.#topic;
  }

  /** QoS 1 and 2 messages that were sent and are not confirmed, on this connection or before. */
  get unconfirmed(): number {
    return this.#deliveries.count;
  }

  /** True while the broker has something to confirm. */
  get isBusy(): boolean {
    return this.#deliveries.isBusy;
  }

  /** True while a message is being written piece by piece: no request may go in between. */
  get isWriting(): boolean {
    return this.#partial !== undefined;
  }

  /** When the oldest unconfirmed packet was sent; ticks. */
  get oldest(): number | undefined {
    return this.#deliveries.oldestTime;
  }

  /** A packet id for a request that is not a message; taken until the next is asked for. */
  requestId(): number {
    this.#quietBefore--;
    return this.#deliveries.requestId(this.#outbox);
  }

  /**
   * Takes a message or not, see `PublishPolicy`.
   * @throws MqttError naming argument and rule; nothing has been taken then
   */
  publish(topic: string, payload: string | Uint8Array, options: PublishOptions): boolean {
    if (typeof options !== "object" || options === null) throw noOptions();
    // One property after the other: on XS, taking an object apart costs half as much again.
    const QoS = options.QoS ?? 0;
    const { onDone } = options;
    const policy = options.policy;
    if (policy !== undefined && !policies.includes(policy)) throw noPolicy();
    if (options.expiry !== undefined || onDone !== undefined) check(options);
    // Checking a topic costs more than all the rest of a message. No legal one is empty.
    if (topic !== this.#topic || topic === "") this.useTopic(topic);
    const bytes = typeof payload === "string" ? this.#encoder.encode(payload) : payload;
    const size = this.sizeOf(bytes, QoS);
    const client = this.#client;
    const isStraight =
      client !== undefined &&
      !(this.hasWork || this.isHeld || this.isEnding) &&
      size <= client.writable &&
      this.#outbox.fits(bytes.length);
    if (isStraight && QoS === 0 && onDone === undefined) {
      const counters = this.#counters;
      client.write(bytes, { topic, retain: options.retain === true });
      counters.published++;
      counters.sent++;
      return true;
    }
    const own = bytes === payload ? bytes.slice() : bytes;
    const message = outgoingMessage(topic, own, size - own.length, options);
    const now = this.#clock.ticks();
    message.since = now;
    if (isStraight && (QoS === 0 || !this.#deliveries.isFull)) {
      this.#outbox.admit(own.length);
      this.#counters.published++;
      this.sendWhole(client, message, now);
      return true;
    }
    if (options.expiry !== undefined) message.expires = now + options.expiry;
    return this.enqueue(message);
  }

  /**
   * Says the birth before all others. One that is not confirmed is repeated. False when it was given up
   * lately: it is not said now.
   */
  publishBirth(topic: string, payload: string | Uint8Array, options: PublishOptions): boolean {
    const old = this.#birth;
    const wasGivenUp = old !== undefined && isGivenUp(old);
    if (wasGivenUp && this.#refusals?.rests(old, this.#clock.ticks())) return false;
    if (old === undefined || wasGivenUp) this.#birth = this.messageOf(topic, payload, options);
    const birth = this.#birth as OutgoingMessage;
    if (wasGivenUp) birth.endings = mostEndings - 1;
    this.sayFirst(birth);
    return true;
  }

  /** Says the goodbye before all others. */
  publishGoodbye(topic: string, payload: string | Uint8Array, options: PublishOptions): void {
    this.sayFirst(this.messageOf(topic, payload, options));
  }

  /**
   * The message for such a publication, birth or goodbye; nobody is to be sent it yet.
   * @throws MqttError naming argument and rule
   */
  messageOf(topic: string, payload: string | Uint8Array, options: PublishOptions): OutgoingMessage {
    const { QoS = 0 } = options;
    check(options);
    this.useTopic(topic);
    const bytes = typeof payload === "string" ? this.#encoder.encode(payload) : payload;
    const header = this.sizeOf(bytes, QoS) - bytes.length;
    const own = bytes === payload ? bytes.slice() : bytes;
    const message = outgoingMessage(topic, own, header, options);
    message.isFirst = true;
    return message;
  }

  /** Connected: with a resumed session everything unconfirmed is repeated, otherwise it is new. */
  connected(client: MQTTClient, isResumed: boolean): void {
    this.#client = client;
    this.hasWork = true;
    this.#quietBefore = this.quiet;
    if (isResumed) this.#deliveries.resume();
    else {
      this.#isForgotten = true;
      // These will be sent as new, with the ids that they have.
      this.#quietBefore += this.#deliveries.count;
      this.#counters.restarted += this.#deliveries.restart();
    }
  }

  /** Takes over what an earlier life has left in the journal, before all that was published since. */
  restore(): void {
    const journal = this.#journal;
    if (!journal) return;
    const outbox = this.#outbox;
    const later: OutgoingMessage[] = [];
    for (let next = outbox.shift(); next; next = outbox.shift()) later.push(next);
    this.#isForgotten = false;
    journal.load((message) => {
      outbox.admit(message.payload.length);
      if (message.state === TO_RELEASE) this.#deliveries.restore(message);
      else outbox.append(message);
    });
    for (const message of later) outbox.append(message);
  }

  /**
   * The connection has ended by itself, with this code. One that ends at the same message again and
   * again, by the broker's will, says that the broker does not take it.
   */
  lost(code: string): Ending {
    const suspect = this.#suspect;
    const isClosed = code === "mqtt/lost";
    if (isClosed) this.#refusals?.ended(this.#clock.ticks());
    if (suspect?.QoS === 0) return isClosed ? this.endedAt(suspect) : MAYBE_OURS;
    const deliveries = this.#deliveries;
    const message = suspect ?? deliveries.oldest;
    const isKnown = isClosed && suspect !== undefined;
    if (isClosed && !isKnown && this.quiet > this.#quietBefore) {
      // It may have been one of QoS 0, too.
      this.#refusals ??= new Refusals();
      this.#refusals.doubt(this.#clock.ticks());
      if (!deliveries.isProven) return message ? MAYBE_OURS : NOT_OURS;
    }
    if (message === undefined) return NOT_OURS;
    if (!isKnown && !deliveries.isEndedFor(message, code)) return MAYBE_OURS;
    message.endings = this.#refusals?.knows(message) ? mostEndings : (message.endings ?? 0) + 1;
    if (isGivenUp(message)) {
      this.giveUp(message);
      return REFUSED;
    }
    if (message.isJournaled) this.#journal?.rewrite(message);
    return OURS;
  }

  disconnected(): void {
    this.#client = undefined;
    this.#first = undefined;
    const partial = this.#partial;
    const suspect = this.#suspect;
    this.#partial = undefined;
    this.#suspect = undefined;
    // At most once: what has begun to leave is not sent again.
    if (partial?.QoS === 0) this.end(partial, "dropped");
    else if (suspect?.QoS === 0) this.end(suspect, "sent");
  }

  /**
   * The session goes to another broker, or as another user: what was refused may be taken there, and
   * birth and goodbye were for the one before.
   */
  moved(): void {
    const deliveries = this.#deliveries;
    this.#refusals = undefined;
    this.#birth = undefined;
    for (const message of [...deliveries.all]) {
      if (message.isFirst) deliveries.giveUp(message);
      else if (message.endings !== undefined) message.endings = 0;
    }
  }

  /** PINGRESP: the broker has taken all that was sent before. */
  onPong(): void {
    const suspect = this.#suspect;
    if (suspect?.QoS !== 0 || suspect === this.#partial) return;
    if (!this.#refusals?.settles(suspect)) this.taken(suspect);
  }

  /** An acknowledgement for a message of ours, or one that is not waited for. */
  onAck(operation: number, id: number): void {
    if (operation === PUBREC) {
      this.onPubrec(id);
      return;
    }
    const deliveries = this.#deliveries;
    const done = operation === PUBACK ? deliveries.onPuback(id) : deliveries.onPubcomp(id);
    if (done === undefined) this.#counters.strayAcks++;
    else {
      if (operation === PUBACK && done.QoS === 2) this.lowered();
      this.delivered(done);
    }
  }

  /** Ends messages whose time is over, and writes an old one to the journal; true: there may be more. */
  tick(now: number): boolean {
    this.#outbox.expire(now);
    if (this.#refusals !== undefined) this.lookAgain(this.#refusals, now);
    if (this.#client && this.#deliveries.widen(now)) this.pump();
    const journal = this.#journal;
    if (!journal?.mayWrite(now)) return false;
    for (const message of this.#deliveries.all) this.save(journal, message, now);
    if (this.#outbox.isEmpty) return false;
    let isSaved = false;
    this.#outbox.save(now - journal.age, (message) => {
      const isOld = message.isJournaled;
      this.save(journal, message, now);
      isSaved = message.isJournaled === true && !isOld;
      return !isSaved && journal.mayWrite(now);
    });
    return isSaved;
  }

  /** Sends what goes before all others. */
  pumpFirst(): void {
    while (this.#client && (this.#first || this.#partial) && this.step(this.#client));
  }

  /** Sends what can be sent now. */
  pump(): void {
    while (this.#client && this.hasWork && this.step(this.#client));
  }

  /** The session has stopped: all messages end, those that can are kept in the journal. */
  stop(): void {
    for (const message of this.#deliveries.all) this.stopMessage(message);
    this.#deliveries.clear();
    this.#birth = undefined;
    for (let next = this.#outbox.shift(); next; next = this.#outbox.shift()) {
      this.stopMessage(next);
    }
  }

  private useTopic(topic: string): void {
    this.#topicLength = bytesOfTopic(topic).length;
    this.#topic = topic;
    this.#owner.onTopic(topic);
  }

  /** Bytes of the packet with this payload, for the topic that was used last (section 3.3). */
  private sizeOf(payload: Uint8Array, QoS: QoS): number {
    if (QoS !== 0 && QoS !== 1 && QoS !== 2) throw noQoS();
    if (!(payload instanceof Uint8Array)) throw noPayload();
    const { length } = payload;
    if (length > this.#maxPayload) throw tooLong(length, this.#maxPayload);
    const variable = this.#topicLength + (QoS === 0 ? 2 : 4);
    const remaining = variable + length;
    const size =
      remaining + (remaining < 0x80 ? 2 : remaining < 0x4000 ? 3 : remaining < 0x20_0000 ? 4 : 5);
    if (size - length + minPiece > this.#sendBuffer) throw noRoomForHeader(size - length);
    return size;
  }

  private sayFirst(message: OutgoingMessage): void {
    this.#first = message;
    this.hasWork = true;
  }

  private enqueue(message: OutgoingMessage): boolean {
    if (this.#refusals?.covers(message, this.#clock.ticks())) {
      // It takes no room from what will be sent.
      this.#counters.published++;
      this.#outcomes.end(message, "refused");
      return true;
    }
    if (!this.#outbox.offer(message)) {
      if (message.policy !== "reject") this.#outcomes.end(message, "dropped");
      return false;
    }
    this.#counters.published++;
    this.hasWork = true;
    if (!this.isHeld && !this.isEnding) this.pump();
    return true;
  }

  private step(client: MQTTClient): boolean {
    if (this.#partial) return this.goOn(client, this.#partial);
    const message = this.next();
    if (!message) return false;
    const room = client.writable;
    if (message.state === TO_RELEASE) return room >= ackSize && this.repeatPubrel(client, message);
    const refusals = this.#refusals;
    if (message !== this.#first && refusals?.covers(message, this.#clock.ticks())) {
      this.leaveOut(message);
      return true;
    }
    const isSuspect = refusals?.suspects(message) === true;
    // What is on its way has to be confirmed before.
    if (isSuspect && this.#deliveries.isBusy) return false;
    const { header, payload } = message;
    const whole = header + payload.length;
    // For all of it, or a piece of what can never fit.
    const canBegin = whole <= room || (whole > this.#sendBuffer && room >= header + minPiece);
    if (!canBegin) return false;
    if (message === this.#first) this.#first = undefined;
    else if (message.state === WAITING) this.leaveOutbox(message);
    if (isSuspect) this.#suspect = message;
    if (whole <= room) {
      this.sendWhole(client, message, this.#clock.ticks());
      return true;
    }
    // The rest goes when the socket has taken this: all at once would keep the loop for long.
    this.begin(client, message, room - header);
    return false;
  }

  private next(): OutgoingMessage | undefined {
    if (this.#first || this.isEnding) return this.#first;
    const suspect = this.#suspect;
    if (suspect !== undefined) {
      if (suspect.QoS === 0 || this.#deliveries.all.includes(suspect)) {
        return suspect.state === TO_RELEASE ? suspect : undefined;
      }
      this.taken(suspect);
    }
    const { isFull } = this.#deliveries;
    // Alone, also without QoS 0: should the connection end, the reason is known.
    if (isFull && this.#deliveries.isOneByOne) return undefined;
    const repeated = this.#deliveries.nextToSend();
    if (repeated) return isFull ? undefined : repeated;
    const waiting = this.#outbox.peek(this.#clock.ticks());
    // While something is refused nothing goes past the outbox.
    this.hasWork = waiting !== undefined || this.#refusals !== undefined;
    return isFull && waiting && waiting.QoS > 0 ? undefined : waiting;
  }

  private leaveOutbox(message: OutgoingMessage): void {
    this.#outbox.shift();
    if (!message.duplicate || !this.#isForgotten) return;
    message.duplicate = false;
    if (message.QoS === 2) this.#counters.restarted++;
  }

  /** Writes a message; with QoS 1 and 2 it is on its way then. */
  private sendWhole(client: MQTTClient, message: OutgoingMessage, now: number): void {
    const isAgain = message.duplicate;
    if (isAgain) this.#counters.resent++;
    else this.#counters.sent++;
    if (message.QoS === 0) {
      client.write(message.payload, message);
      this.written(client, message, now);
      return;
    }
    if (message.id === 0) message.id = this.#deliveries.nextId(this.#outbox);
    this.#deliveries.sent(message, now);
    client.write(message.payload, message);
    message.duplicate = true;
    // What is published next waits until this is confirmed.
    if (this.#deliveries.isOneByOne) this.hasWork = true;
  }

  /** A message of QoS 0 was written to its end: which is its end, unless it is a suspect. */
  private written(client: MQTTClient, message: OutgoingMessage, now: number): void {
    if (message !== this.#suspect) {
      this.end(message, "sent");
      return;
    }
    message.sentAt = now;
    client.write(undefined, { operation: PINGREQ });
  }

  /** Messages of QoS 0 sent so far, but for a constant: each other has a packet id. */
  private get quiet(): number {
    return this.#counters.sent - this.#deliveries.lastId;
  }

  /** About once a second while something is, or may be, refused. */
  private lookAgain(refusals: Refusals, now: number): void {
    const suspect = this.#suspect;
    // A broker that is slow, or does not answer, must not hold up the others.
    const settles = suspect !== undefined && refusals.settles(suspect);
    const limit = settles ? settling : patience;
    const isOver = suspect && suspect !== this.#partial && now - suspect.sentAt >= limit;
    if (isOver && settles) this.taken(suspect);
    else if (isOver) this.goOnBeside(suspect);
    const birth = this.#birth;
    const isDue = birth && isGivenUp(birth) && !refusals.rests(birth, now);
    if (isDue) this.sayAgain(birth);
    if (!refusals.isNeeded(now)) this.#refusals = undefined;
    if (isOver || isDue) this.pump();
  }

  /** A birth that was given up may be taken now; one more ending is enough. */
  private sayAgain(birth: OutgoingMessage): void {
    if (!this.#client || this.isEnding) return;
    const endings = mostEndings - 1;
    this.#birth = { ...birth, id: 0, duplicate: false, state: WAITING, endings };
    this.sayFirst(this.#birth);
  }

  /** The broker has taken what it might have refused. */
  private taken(suspect: OutgoingMessage): void {
    this.#refusals?.clear(suspect, this.#clock.ticks());
    // And all that was sent before.
    this.#quietBefore = this.quiet;
    this.goOnBeside(suspect);
  }

  /** It need not be alone any more. */
  private goOnBeside(suspect: OutgoingMessage): void {
    this.#suspect = undefined;
    this.hasWork = true;
    if (suspect.QoS === 0) this.end(suspect, "sent");
  }

  /** The broker has ended the connection at a message of QoS 0, which was alone. */
  private endedAt(suspect: OutgoingMessage): Ending {
    this.#suspect = undefined;
    if (suspect === this.#partial) this.#partial = undefined;
    if (this.#refusals?.isEnough(suspect, this.#clock.ticks())) {
      this.giveUp(suspect);
      return REFUSED;
    }
    this.end(suspect, "dropped");
    return OURS;
  }

  /** Writes so many bytes of a message that is larger than the send buffer. */
  private begin(client: MQTTClient, message: OutgoingMessage, count: number): void {
    const { topic, payload, QoS, retain, duplicate } = message;
    if (duplicate) this.#counters.resent++;
    else this.#counters.sent++;
    if (QoS > 0) {
      if (message.id === 0) message.id = this.#deliveries.nextId(this.#outbox);
      this.#deliveries.begun(message);
    }
    const { id } = message;
    const byteLength = payload.length;
    client.write(payload.subarray(0, count), { topic, QoS, retain, duplicate, id, byteLength });
    message.duplicate = QoS > 0;
    this.#written = count;
    this.#partial = message;
    this.hasWork = true;
  }

  /** Writes the next piece: false when there is no room for one. */
  private goOn(client: MQTTClient, message: OutgoingMessage): boolean {
    const { payload } = message;
    const count = Math.min(client.writable, payload.length - this.#written);
    if (count === 0) return false;
    client.write(payload.subarray(this.#written, this.#written + count));
    this.#written += count;
    if (this.#written < payload.length) return true;
    this.#partial = undefined;
    if (message.QoS === 0) this.written(client, message, this.#clock.ticks());
    // Unless the broker has answered before it had all of it.
    else if (message.state === BEGUN) this.#deliveries.sent(message, this.#clock.ticks());
    return true;
  }

  private repeatPubrel(client: MQTTClient, message: OutgoingMessage): boolean {
    client.write(undefined, { operation: PUBREL, id: message.id });
    this.#counters.resent++;
    this.#deliveries.sent(message, this.#clock.ticks());
    return true;
  }

  private onPubrec(id: number): void {
    // An unknown id is answered too: it ends what the broker remembers of an earlier life.
    const deliveries = this.#deliveries;
    const message = deliveries.onPubrec(id);
    if (message === undefined) this.#counters.strayAcks++;
    else if (message.state <= SENT) {
      deliveries.release(message);
      // Before PUBREL: afterwards the broker would take the same message for a new one.
      if (message.isJournaled) this.#journal?.rewrite(message);
    }
    const isWritten = this.#client?.acknowledge(PUBREL, id) === true;
    if (message === undefined || message.state !== TO_RELEASE) return;
    if (isWritten) deliveries.sent(message, this.#clock.ticks());
    else this.hasWork = true;
  }

  private delivered(message: OutgoingMessage): void {
    if (message.isFirst) this.#birth = undefined;
    else this.#outbox.release(message.payload.length);
    const isPlain = message.onDone === undefined && !message.isJournaled;
    if (isPlain) this.#counters.delivered++;
    else this.#outcomes.end(message, "delivered");
  }

  private end(message: OutgoingMessage, outcome: "sent" | "dropped" | "refused"): void {
    if (!message.isFirst) this.#outbox.release(message.payload.length);
    else if (!isGivenUp(message)) this.#birth = undefined;
    this.#outcomes.end(message, outcome);
  }

  private lowered(): void {
    if (this.#hasLowered) return;
    this.#hasLowered = true;
    this.#owner.onQoS2Lowered();
  }

  private giveUp(message: OutgoingMessage): void {
    this.#deliveries.giveUp(message);
    if (this.#partial === message) this.#partial = undefined;
    this.end(message, "refused");
    this.#owner.onGivenUp(message);
    this.#refusals ??= new Refusals();
    this.#refusals.add(message, this.#clock.ticks());
  }

  /** Ends a message as those before it on its topic have ended. */
  private leaveOut(message: OutgoingMessage): void {
    if (message.state === WAITING) this.#outbox.shift();
    else this.#deliveries.giveUp(message);
    this.end(message, "refused");
  }

  private stopMessage(message: OutgoingMessage): void {
    if (this.#journal) this.save(this.#journal, message, Infinity);
    if (!message.isFirst) this.#outbox.release(message.payload.length);
    this.#outcomes.stopped(message);
  }

  // With its packet id, which it keeps: a message that is sent again after a reboot has to have it.
  private save(journal: Journal, message: OutgoingMessage, now: number): void {
    if (message.isJournaled || message.isFirst || !journal.wants(message, now)) return;
    if (message.id === 0) message.id = this.#deliveries.nextId(this.#outbox);
    journal.write(message);
  }
}
