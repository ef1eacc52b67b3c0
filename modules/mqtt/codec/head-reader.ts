// SPDX-License-Identifier: MIT

import {
  type DecodeFault,
  faultOfConnack,
  faultOfFirstByte,
  faultOfIdZero,
  faultOfLength,
  ID_MISSING,
  LENGTH_NOT_MINIMAL,
  LENGTH_TOO_LONG,
  SUBACK_CODE,
  TOPIC_EMPTY,
  TOPIC_OUTSIDE,
} from "./decode-fault.ts";
import { CONNACK, MOST_FILTERS, PUBLISH, SUBACK, SUBSCRIBE_REFUSED } from "./packet.ts";
import { TopicReader } from "./topic-reader.ts";

// Which byte comes next.
const FIRST = 0;
const LENGTH = 1;
const BODY = 2;
const TOPIC_LENGTH = 3;
const TOPIC = 4;
const ID = 5;

/**
 * Reads a packet up to its payload: all of it, or a PUBLISH up to its packet id. Checks every byte
 * as early as it can be checked.
 */
export class HeadReader {
  readonly topic: TopicReader;
  /** Body of a packet without topic; of a PUBLISH, the packet id. */
  readonly body = new Uint8Array(2 + MOST_FILTERS);
  /** A CONNACK has come. */
  connected = false;
  /** What is wrong; nothing may be taken afterwards. */
  fault: DecodeFault | undefined;
  /** First byte of the packet: type and flags. */
  first = 0;
  /** Bytes of the packet behind what was read: of a PUBLISH, the payload. */
  left = 0;
  /** Bytes of the whole packet. */
  total = 0;
  /** Bytes in `body`. */
  filled = 0;
  #wanted = 0;
  #state = FIRST;
  /** Bytes of the remaining length so far. */
  #lengthBytes = 0;

  /** `longestTopic` in bytes. */
  constructor(longestTopic: number) {
    this.topic = new TopicReader(longestTopic);
  }

  /** Ready for the first packet of a new connection. */
  reset(): void {
    this.connected = false;
    this.fault = undefined;
    this.#state = FIRST;
  }

  /**
   * Takes bytes from `position` to `end` at most, one step of its own size, and returns the
   * position behind them; at the end of the packet (or of what precedes its payload) `complete`
   * is true. There must be a byte.
   */
  take(bytes: Uint8Array, position: number, end: number): number {
    if (this.#state === TOPIC) return this.takeTopic(bytes, position, end);
    const byte = bytes[position] as number;
    switch (this.#state) {
      case FIRST:
        this.takeFirst(byte);
        break;
      case LENGTH:
        this.takeLength(byte);
        break;
      default:
        this.body[this.filled++] = byte;
        if (this.filled === this.#wanted) this.takeBody();
    }
    return position + 1;
  }

  /** The last `take` has ended the packet, or what precedes its payload. */
  get complete(): boolean {
    return this.#state === FIRST;
  }

  private takeFirst(byte: number): void {
    this.fault = faultOfFirstByte(byte, this.connected);
    this.first = byte;
    this.left = 0;
    this.#lengthBytes = 0;
    this.#state = LENGTH;
  }

  private takeLength(byte: number): void {
    this.left += (byte & 0x7f) << (7 * this.#lengthBytes++);
    if (byte >= 0x80) {
      if (this.#lengthBytes === 4) this.fault = LENGTH_TOO_LONG;
      return;
    }
    this.fault =
      byte === 0 && this.#lengthBytes > 1
        ? LENGTH_NOT_MINIMAL
        : faultOfLength(this.first, this.left, this.body.length);
    this.total = 1 + this.#lengthBytes + this.left;
    if (this.first >> 4 === PUBLISH) this.collect(TOPIC_LENGTH, 2);
    else if (this.left > 0) this.collect(BODY, this.left);
    else this.#state = FIRST;
  }

  private collect(state: number, count: number): void {
    this.#state = state;
    this.filled = 0;
    this.#wanted = count;
    this.left -= count;
  }

  private takeBody(): void {
    if (this.#state === TOPIC_LENGTH) this.takeTopicLength();
    else {
      this.#state = FIRST;
      this.fault = this.faultOfBody();
    }
  }

  private takeTopicLength(): void {
    const length = this.id();
    this.left -= length;
    if (length === 0) this.fault = TOPIC_EMPTY;
    else if (this.left < 0) this.fault = TOPIC_OUTSIDE;
    else if (this.left < 2 && this.hasId()) this.fault = ID_MISSING;
    this.topic.begin(length);
    this.#state = TOPIC;
  }

  private takeTopic(bytes: Uint8Array, position: number, end: number): number {
    const after = this.topic.take(bytes, position, end);
    this.fault = this.topic.fault;
    if (this.topic.complete) {
      if (this.hasId()) this.collect(ID, 2);
      else this.#state = FIRST;
    }
    return after;
  }

  private hasId(): boolean {
    return (this.first & 6) !== 0;
  }

  private id(): number {
    return ((this.body[0] as number) << 8) | (this.body[1] as number);
  }

  private faultOfBody(): DecodeFault | undefined {
    const { body } = this;
    const type = this.first >> 4;
    if (type === CONNACK) {
      this.connected = true;
      return faultOfConnack(body[0] as number, body[1] as number);
    }
    if (this.id() === 0) return faultOfIdZero(type);
    if (type !== SUBACK) return undefined;
    for (let i = 2; i < this.filled; i++) {
      const code = body[i] as number;
      if (code > 2 && code !== SUBSCRIBE_REFUSED) return SUBACK_CODE;
    }
    return undefined;
  }
}
