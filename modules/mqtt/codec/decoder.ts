// SPDX-License-Identifier: MIT

import type { QoS, ReadableInfo } from "../../ecma-419/mqtt-client.ts";
import type { MqttError } from "../mqtt-error.ts";
import { errorOfFault } from "./decode-fault.ts";
import { HeadReader } from "./head-reader.ts";
import { PUBLISH } from "./packet.ts";

/** `next()`: everything that was pushed has been used. */
export const NEEDS_BYTES = 0;
/** `next()`: payload of the current PUBLISH is there; `read` or `skip` it. */
export const PAYLOAD = 16;
/** `next()`: the current PUBLISH is complete, its payload read or skipped; time to acknowledge. */
export const PUBLISH_END = 17;
/** `next()`: an illegal packet arrived; see `error`. */
export const FAILED = -1;

export interface DecoderOptions {
  /** A PUBLISH of more bytes than this is marked `oversize`; default 4,096. */
  readonly largestPacket?: number | undefined;
  /**
   * Longest topic in bytes, at least 1, default 256: it is the size of a buffer. A longer one is
   * checked but not kept: the message is marked `oversize` and its topic is "".
   */
  readonly longestTopic?: number | undefined;
}

// Where the bytes go.
const HEAD = 0;
const IN_PAYLOAD = 1;
const BROKEN = 2;

/** Bytes of the smallest packet that is taken as a whole. */
const ACK_SIZE = 4;

/**
 * Turns what a broker sends into packets. The bytes come in pieces of any size:
 *
 *     decoder.push(piece, count);
 *     for (let event = decoder.next(); event !== NEEDS_BYTES; event = decoder.next()) …
 *
 * `next` goes on to the next event and returns its number: a packet type (`CONNACK`, `PUBLISH`,
 * `PUBACK`, `PUBREC`, `PUBREL`, `PUBCOMP`, `SUBACK`, `UNSUBACK`, `PINGRESP`), `PAYLOAD`,
 * `PUBLISH_END`, `NEEDS_BYTES` or `FAILED`; the fields of the event are read from the decoder and
 * hold until `next` is called again. A message is `PUBLISH`, then any number of `PAYLOAD`, then
 * always `PUBLISH_END`. Nothing is called back and no payload is kept, so whoever does not want
 * more for now just stops calling `next`, and does not read the socket.
 *
 * It never throws on bytes and allocates nothing but topics and its error. After the first illegal
 * packet every `next` returns `FAILED`.
 */
export class Decoder {
  #bytes: Uint8Array = new Uint8Array(0);
  #position = 0;
  #end = 0;
  #state = HEAD;
  readonly #head: HeadReader;
  readonly #largest: number;
  /** Payload bytes that were not read. */
  #remaining = 0;
  #skipping = false;
  #isOversize = false;
  #error: MqttError | undefined;

  constructor(options: DecoderOptions = {}) {
    this.#largest = options.largestPacket ?? 4096;
    this.#head = new HeadReader(options.longestTopic ?? 256);
  }

  /** Ready for a new connection: the first packet must be CONNACK again. Drops what was pushed. */
  reset(): void {
    this.#position = this.#end;
    this.#state = HEAD;
    this.#skipping = false;
    this.#head.reset();
    this.#error = undefined;
  }

  /**
   * Gives the next piece: `count` bytes (default all) of `bytes`. They are not copied: leave them
   * alone until `next` has returned `NEEDS_BYTES`. Throws a RangeError when the last piece is not
   * used up.
   */
  push(bytes: Uint8Array, count: number = bytes.length): void {
    if (this.#state === BROKEN) return;
    if (this.#position !== this.#end) throw new RangeError("the last piece is not used up");
    this.#bytes = bytes;
    this.#position = 0;
    this.#end = count;
  }

  /** Goes on to the next event and returns its number. */
  next(): number {
    const state = this.#state;
    if (state === IN_PAYLOAD) {
      if (this.#position === this.#end && this.#remaining > 0) return NEEDS_BYTES;
      return this.nextOfPayload();
    }
    if (state === BROKEN) return FAILED;
    if (this.#position === this.#end) return NEEDS_BYTES;
    const head = this.#head;
    if (head.complete) {
      const type = this.takeWhole();
      if (type !== 0) return type;
    }
    while (this.#position < this.#end) {
      this.#position = head.take(this.#bytes, this.#position, this.#end);
      if (head.fault) return this.fail();
      if (head.complete) return this.begin(head.first >> 4);
    }
    return NEEDS_BYTES;
  }

  /**
   * The straight way for an acknowledgement that is all that was pushed: its type × 65,536 + its id.
   * Otherwise 0, and nothing has been taken: `next` finds out what it is.
   */
  takeAck(): number {
    const bytes = this.#bytes;
    const first = bytes[0] as number;
    const id = ((bytes[2] as number) << 8) | (bytes[3] as number);
    const head = this.#head;
    if (id === 0 || bytes[1] !== 2 || this.#position !== 0 || this.#end !== ACK_SIZE) return 0;
    if (!isFirstOfAck(first) || this.#state !== HEAD || !head.complete || !head.connected) return 0;
    this.#position = ACK_SIZE;
    return ((first >> 4) << 16) | id;
  }

  /** True when all bytes are used up and no message has begun: `next` would need more. */
  get isDrained(): boolean {
    return this.#position === this.#end && this.#state === HEAD;
  }

  /** What was wrong, once `next` has returned `FAILED`. */
  get error(): MqttError | undefined {
    return this.#error;
  }

  /** CONNACK: the broker kept our session. */
  get sessionPresent(): boolean {
    return this.#head.body[0] === 1;
  }

  /** CONNACK: 0 accepted, 1–5 refused (section 3.2.2.3). */
  get returnCode(): number {
    return this.#head.body[1] as number;
  }

  /** Packet id of an ack, SUBACK or UNSUBACK; of a PUBLISH with QoS 1 or 2, and 0 with QoS 0. */
  get id(): number {
    const { body, first } = this.#head;
    if (first >> 4 === PUBLISH && (first & 6) === 0) return 0;
    return ((body[0] as number) << 8) | (body[1] as number);
  }

  /** SUBACK: number of codes, one for each filter. */
  get codeCount(): number {
    return this.#head.filled - 2;
  }

  /** SUBACK: code of filter `index`: the granted QoS, or `SUBSCRIBE_REFUSED`. */
  code(index: number): number {
    return this.#head.body[2 + index] as number;
  }

  /** PUBLISH: its topic; all fields of a message hold up to and with `PUBLISH_END`. */
  get topic(): string {
    return this.#head.topic.text;
  }

  get QoS(): QoS {
    return ((this.#head.first >> 1) & 3) as QoS;
  }

  get retain(): boolean {
    return (this.#head.first & 1) !== 0;
  }

  /**
   * PUBLISH: the broker says that it sent the message before. Never with QoS 0, where brokers pass on
   * the flag of whoever published it, although it has no meaning there [MQTT-3.3.1-2].
   */
  get duplicate(): boolean {
    return (this.#head.first & 0x0e) > 8;
  }

  /** PUBLISH: length of the whole payload in bytes, 0–268,435,452. */
  get byteLength(): number {
    return this.#head.left;
  }

  /** PUBLISH: all of it for the application; `more` is its own. */
  messageInfo(more: boolean): ReadableInfo {
    const { first, left, topic, body } = this.#head;
    const QoS = ((first >> 1) & 3) as QoS;
    return {
      more,
      topic: topic.text,
      QoS,
      byteLength: left,
      retain: (first & 1) !== 0,
      duplicate: (first & 0x0e) > 8,
      id: QoS === 0 ? 0 : ((body[0] as number) << 8) | (body[1] as number),
    };
  }

  /** PUBLISH: the packet or its topic is over a limit. */
  get oversize(): boolean {
    return this.#isOversize;
  }

  /** Payload bytes of the current message that can be read now; none of one that is skipped. */
  get available(): number {
    if (this.#skipping || this.#state !== IN_PAYLOAD) return 0;
    const arrived = this.#end - this.#position;
    return arrived < this.#remaining ? arrived : this.#remaining;
  }

  /** Payload bytes of the current message that were not read or skipped, arrived or not. */
  get remaining(): number {
    return this.#state === IN_PAYLOAD ? this.#remaining : 0;
  }

  /**
   * Payload bytes that have not arrived here, when all others were read and nobody skips them:
   * `passed` may take them.
   */
  get missing(): number {
    if (this.#state !== IN_PAYLOAD || this.#position !== this.#end || this.#skipping) return 0;
    return this.#remaining;
  }

  /**
   * Copies available payload bytes to `target`, from `start` (default 0) on, as many as there are
   * and fit, at most `count`; returns how many.
   */
  read(target: Uint8Array, start = 0, count: number = target.length - start): number {
    const length = Math.min(count, target.length - start, this.available);
    if (length <= 0) return 0;
    const { buffer, byteOffset } = this.#bytes;
    target.set(new Uint8Array(buffer, byteOffset + this.#position, length), start);
    this.#position += length;
    this.#remaining -= length;
    return length;
  }

  /** Available payload bytes as a buffer of their own; `count` is from 1 to `available`. */
  take(count: number): ArrayBuffer {
    const from = this.#bytes.byteOffset + this.#position;
    this.#position += count;
    this.#remaining -= count;
    return (this.#bytes.buffer as ArrayBuffer).slice(from, from + count);
  }

  /** So many of the `missing` payload bytes have gone past the decoder to whoever wants them. */
  passed(count: number): void {
    this.#remaining -= count;
  }

  /** Drops the rest of the current payload, also what has not arrived; `PUBLISH_END` still comes. */
  skip(): void {
    this.#skipping = this.#state === IN_PAYLOAD;
  }

  /**
   * The straight way: a PUBLISH whose payload begins in this piece, or an acknowledgement that lies
   * in it, when every byte is legal and the topic is plain. Returns its type, or 0: then nothing has
   * been taken, and byte by byte it is read, or found out what is wrong with it.
   */
  private takeWhole(): number {
    const bytes = this.#bytes;
    const head = this.#head;
    const begin = this.#position;
    const end = this.#end;
    if (end - begin < ACK_SIZE || !head.connected) return 0;
    const first = bytes[begin] as number;
    let length = bytes[begin + 1] as number;
    let at = begin + 2;
    if (first >> 4 !== PUBLISH) {
      if (length !== 2 || !isFirstOfAck(first)) return 0;
      return this.takeId(first, at) ? first >> 4 : 0;
    }
    if (length >= 0x80) {
      const second = bytes[at++] as number;
      // Longer ones are rare enough to be read byte by byte.
      if (second === 0 || second >= 0x80) return 0;
      length = (length & 0x7f) | (second << 7);
    }
    const after = at + length;
    const topic = at + 2;
    const topicLength = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    let payload = topic + topicLength;
    const QoS = first & 6;
    if (QoS !== 0) {
      if (QoS === 6) return 0;
      payload += 2;
    }
    if (topicLength === 0 || payload > end || payload > after) return 0;
    if (!head.topic.takeWhole(bytes, topic, topicLength)) return 0;
    if (QoS !== 0 && !this.takeId(first, payload - 2)) return 0;
    head.first = first;
    head.left = after - payload;
    head.total = after - begin;
    this.#position = payload;
    this.#remaining = after - payload;
    this.#state = IN_PAYLOAD;
    this.#skipping = false;
    this.#isOversize = after - begin > this.#largest;
    return PUBLISH;
  }

  /** A packet id at this place; false when it is 0. */
  private takeId(first: number, at: number): boolean {
    const high = this.#bytes[at] as number;
    const low = this.#bytes[at + 1] as number;
    if ((high | low) === 0) return false;
    const { body } = this.#head;
    body[0] = high;
    body[1] = low;
    this.#head.first = first;
    this.#position = at + 2;
    return true;
  }

  private begin(type: number): number {
    if (type === PUBLISH) {
      this.#state = IN_PAYLOAD;
      this.#remaining = this.#head.left;
      this.#skipping = false;
      this.#isOversize = this.#head.total > this.#largest || this.#head.topic.overflow;
    }
    return type;
  }

  private nextOfPayload(): number {
    const remaining = this.#remaining;
    if (remaining > 0) {
      if (this.available > 0) return PAYLOAD;
      if (!this.#skipping) return NEEDS_BYTES;
      const arrived = Math.min(this.#end - this.#position, remaining);
      this.#position += arrived;
      this.#remaining -= arrived;
      if (arrived < remaining) return NEEDS_BYTES;
    }
    this.#state = HEAD;
    this.#skipping = false;
    return PUBLISH_END;
  }

  private fail(): number {
    const { fault, first } = this.#head;
    if (fault) this.#error = errorOfFault(fault, first >> 4);
    this.#state = BROKEN;
    this.#position = this.#end;
    return FAILED;
  }
}

// PUBACK, PUBREC, PUBREL and PUBCOMP, with the flags that they must have.
function isFirstOfAck(first: number): boolean {
  return first === 0x40 || first === 0x50 || first === 0x62 || first === 0x70;
}
