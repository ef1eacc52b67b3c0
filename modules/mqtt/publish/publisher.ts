// SPDX-License-Identifier: MIT

import type { Clock, Random } from "../../base/clock.ts";
import type { MQTTClient, QoS } from "../../ecma-419/mqtt-client.ts";
import { PUBACK, PUBREC, PUBREL } from "../codec/packet.ts";
import { bytesOfTopic } from "../codec/packet-length.ts";
import type { SessionCounters } from "../counters.ts";
import { illegal, type MqttError } from "../mqtt-error.ts";
import { InFlightMessages } from "./in-flight.ts";
import type { Journal } from "./journal.ts";
import { MessageIds } from "./message-ids.ts";
import { Outbox } from "./outbox.ts";
import type { Outcomes } from "./outcomes.ts";
import { type OutgoingMessage, outgoingMessage } from "./outgoing-message.ts";
import type { PublishOptions, PublishPolicy } from "./publish-options.ts";

/** Bytes of a PUBREL. */
const ackSize = 4;
/** A message in pieces begins only when at least so many bytes of payload go with its header. */
const minPiece = 32;

const policies: readonly PublishPolicy[] = Object.freeze([
  "reject",
  "drop-oldest",
  "drop-newest",
  "latest",
] as const);

/** Who is told of topics. */
export interface PublisherOwner {
  /** A topic is published to that is not the one before. */
  onTopic(topic: string): void;
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
 */
export class Publisher {
  readonly #clock: Clock;
  readonly #counters: SessionCounters;
  readonly #outcomes: Outcomes;
  readonly #journal: Journal | undefined;
  readonly #owner: PublisherOwner;
  readonly #encoder = new TextEncoder();
  readonly #inFlight = new InFlightMessages();
  readonly #outbox: Outbox;
  readonly #ids: MessageIds;
  readonly #maxPayload: number;
  /** Largest number of QoS 1 and 2 messages on their way. */
  readonly #window: number;
  /** Size of the client's send buffer, bytes. */
  readonly #sendBuffer: number;
  #client: MQTTClient | undefined;
  /** The topic that was used last, which is legal, and its bytes. */
  #topic = "";
  #topicLength = 0;
  /** Sent before all others: birth or goodbye. */
  #first: OutgoingMessage | undefined;
  /** Has begun and is not written to its end. */
  #partial: OutgoingMessage | undefined;
  #written = 0;
  /** Something waits to be written. Only the publisher sets it. */
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
    this.#window = limits.window;
    this.#sendBuffer = limits.sendBuffer;
    const outbox = new Outbox({
      count: limits.outboxCount,
      bytes: limits.outboxBytes,
      owner: outcomes,
    });
    this.#outbox = outbox;
    const last = Math.floor(options.random() * 65_535);
    this.#ids = new MessageIds({ last, inFlight: this.#inFlight, outbox });
  }

  /** Messages that wait or are not confirmed. */
  get count(): number {
    return this.#outbox.count;
  }

  /** True while a message is being written piece by piece: no request may go in between. */
  get isWriting(): boolean {
    return this.#partial !== undefined;
  }

  /** When the oldest unconfirmed packet was sent; ticks. */
  get oldest(): number | undefined {
    return this.#inFlight.oldest;
  }

  /** A packet id for a request that is not a message; taken until the next is asked for. */
  requestId(): number {
    return this.#ids.request();
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
    if (options.policy !== undefined || options.expiry !== undefined || onDone !== undefined) {
      check(options);
    }
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
    message.since = this.#clock.ticks();
    if (isStraight && (QoS === 0 || this.#inFlight.count < this.#window)) {
      this.#outbox.admit(message);
      this.#counters.published++;
      this.sendWhole(client, message);
      return true;
    }
    return this.enqueue(message, options);
  }

  /** Sends a message before all others, when connected: birth or goodbye. */
  publishFirst(message: OutgoingMessage): void {
    this.#first = message;
    this.hasWork = true;
  }

  /**
   * The message for such a publication; nobody is to be sent it yet.
   * @throws MqttError naming argument and rule
   */
  messageOf(topic: string, payload: string | Uint8Array, options: PublishOptions): OutgoingMessage {
    const { QoS = 0 } = options;
    check(options);
    this.useTopic(topic);
    const bytes = typeof payload === "string" ? this.#encoder.encode(payload) : payload;
    const header = this.sizeOf(bytes, QoS) - bytes.length;
    return outgoingMessage(topic, bytes === payload ? bytes.slice() : bytes, header, options);
  }

  /** Connected: with a resumed session everything unconfirmed is repeated, otherwise it is new. */
  connected(client: MQTTClient, isResumed: boolean): void {
    this.#client = client;
    this.hasWork = true;
    if (isResumed) this.#inFlight.resume();
    else this.startAgain();
  }

  /** Takes over what an earlier life has left in the journal. */
  restore(): void {
    for (const message of this.#journal?.load() ?? []) {
      this.#outbox.admit(message);
      // As if it had been sent: what is to be done is decided when the session is known.
      this.#inFlight.add(message);
    }
  }

  disconnected(): void {
    this.#client = undefined;
    this.#first = undefined;
    const partial = this.#partial;
    this.#partial = undefined;
    // At most once: what has begun to leave is not sent again.
    if (partial?.QoS === 0) this.end(partial, "dropped");
  }

  /** An acknowledgement for a message of ours, or one that is not waited for. */
  onAck(operation: number, id: number): void {
    if (operation === PUBREC) {
      this.onPubrec(id);
      return;
    }
    const inFlight = this.#inFlight;
    const done = operation === PUBACK ? inFlight.onPuback(id) : inFlight.onPubcomp(id);
    if (done) this.end(done, "delivered");
    else this.#counters.strayAcks++;
  }

  /** Ends messages whose time is over, and writes an old one to the journal; true: there may be more. */
  tick(now: number): boolean {
    this.#outbox.expire(now);
    const journal = this.#journal;
    if (!journal?.mayWrite(now)) return false;
    for (const message of this.#inFlight.all()) this.save(journal, message, now);
    if (this.#outbox.isEmpty) return false;
    let isSaved = false;
    this.#outbox.save(now - journal.age, (message) => {
      this.save(journal, message, now);
      isSaved = message.isJournaled;
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
    for (const message of this.#inFlight.all()) this.stopMessage(message);
    this.#inFlight.clear();
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

  private enqueue(message: OutgoingMessage, options: PublishOptions): boolean {
    const { policy = "drop-oldest", expiry = Infinity } = options;
    message.isLatest = policy === "latest";
    message.expires = message.since + expiry;
    if (!this.#outbox.offer(message, policy)) {
      if (policy !== "reject") this.#outcomes.end(message, "dropped");
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
    if (message.awaitsPubcomp) return room >= ackSize && this.repeatPubrel(client, message);
    const { header, payload } = message;
    const whole = header + payload.length;
    // For all of it, or a piece of what can never fit.
    const canBegin = whole <= room || (whole > this.#sendBuffer && room >= header + minPiece);
    if (!canBegin) return false;
    if (message === this.#first) this.#first = undefined;
    else if (!message.needsSend) this.#outbox.shift();
    if (whole <= room) this.sendWhole(client, message);
    else this.begin(client, message, room - header);
    return true;
  }

  private next(): OutgoingMessage | undefined {
    if (this.#first || this.isEnding) return this.#first;
    const repeated = this.#inFlight.nextToSend();
    if (repeated) return repeated;
    const waiting = this.#outbox.peek(this.#clock.ticks());
    this.hasWork = waiting !== undefined;
    if (!waiting || waiting.QoS === 0) return waiting;
    return this.#inFlight.count < this.#window ? waiting : undefined;
  }

  /** Writes a message; with QoS 1 and 2 it is on its way then. */
  private sendWhole(client: MQTTClient, message: OutgoingMessage): void {
    this.depart(message);
    client.write(message.payload, message);
    if (message.QoS === 0) {
      this.end(message, "sent");
      return;
    }
    message.duplicate = true;
    message.needsSend = false;
    message.sentAt = this.#clock.ticks();
  }

  /** Writes so many bytes of a message that is larger than the send buffer. */
  private begin(client: MQTTClient, message: OutgoingMessage, count: number): void {
    this.depart(message);
    const { topic, payload, QoS, retain, duplicate, id } = message;
    const byteLength = payload.length;
    client.write(payload.subarray(0, count), { topic, QoS, retain, duplicate, id, byteLength });
    message.duplicate = QoS > 0;
    // Until all of it is written: a message that waits for room is not one the broker owes us for.
    message.needsSend = true;
    this.#written = count;
    this.#partial = message;
    this.hasWork = true;
  }

  private depart(message: OutgoingMessage): void {
    if (message.QoS > 0 && !message.needsSend) {
      if (message.id === 0) message.id = this.#ids.next();
      this.#inFlight.add(message);
    }
    if (message.duplicate) this.#counters.resent++;
    else this.#counters.sent++;
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
    message.needsSend = false;
    message.sentAt = this.#clock.ticks();
    if (message.QoS === 0) this.end(message, "sent");
    return true;
  }

  private repeatPubrel(client: MQTTClient, message: OutgoingMessage): boolean {
    client.write(undefined, { operation: PUBREL, id: message.id });
    this.#counters.resent++;
    message.needsSend = false;
    message.sentAt = this.#clock.ticks();
    return true;
  }

  private onPubrec(id: number): void {
    // An unknown id is answered too: it ends what the broker remembers of an earlier life.
    const message = this.#inFlight.onPubrec(id);
    if (!message) this.#counters.strayAcks++;
    else if (!message.awaitsPubcomp) {
      message.awaitsPubcomp = true;
      message.sentAt = this.#clock.ticks();
      // Before PUBREL: afterwards the broker would take the same message for a new one.
      if (message.isJournaled) this.#journal?.release(message);
    }
    const isWritten = this.#client?.acknowledge(PUBREL, id) === true;
    if (!message) return;
    message.needsSend = !isWritten;
    if (!isWritten) this.hasWork = true;
  }

  private startAgain(): void {
    const all = this.#inFlight.restart();
    for (const message of all) if (message.QoS === 2) this.#counters.restarted++;
    this.#outbox.putBack(all.filter(({ countsAsQueued }) => countsAsQueued));
  }

  private end(message: OutgoingMessage, outcome: "sent" | "delivered" | "dropped"): void {
    if (message.countsAsQueued) this.#outbox.release(message);
    const isPlain = outcome === "delivered" && !message.onDone && !message.isJournaled;
    if (isPlain) this.#counters.delivered++;
    else this.#outcomes.end(message, outcome);
  }

  private stopMessage(message: OutgoingMessage): void {
    if (this.#journal) this.save(this.#journal, message, Infinity);
    if (message.countsAsQueued) this.#outbox.release(message);
    this.#outcomes.stopped(message);
  }

  // With its packet id, which it keeps: a message that is sent again after a reboot has to have it.
  private save(journal: Journal, message: OutgoingMessage, now: number): void {
    if (message.isJournaled || !message.countsAsQueued || !journal.wants(message, now)) return;
    if (message.id === 0) message.id = this.#ids.next();
    journal.write(message);
  }
}

/** Checks what few publications have. @throws MqttError naming argument and rule */
function check({ policy, expiry, onDone }: PublishOptions): void {
  if (policy !== undefined && !policies.includes(policy)) {
    throw illegal("policy", `one of ${policies.join(", ")}`);
  }
  if (expiry !== undefined && !(expiry > 0)) throw illegal("expiry", "not more than 0 ms");
  if (onDone !== undefined && typeof onDone !== "function") {
    throw illegal("onDone", "it is no function");
  }
}

function noOptions(): MqttError {
  return illegal("options", "it is no object");
}

function noQoS(): MqttError {
  return illegal("QoS", "it is none of 0, 1, 2", "MQTT-3.3.1-4");
}

function noPayload(): MqttError {
  return illegal("payload", "it is neither a string nor a Uint8Array");
}

function tooLong(length: number, limit: number): MqttError {
  return illegal("payload", `${length} bytes, at most ${limit} are allowed`);
}

function noRoomForHeader(length: number): MqttError {
  return illegal("topic", `${length} bytes of header do not fit into the send buffer`);
}
