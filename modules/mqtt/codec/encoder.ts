// SPDX-License-Identifier: MIT

import { writeUtf8 } from "../../base/utf8.ts";
import { illegal } from "../mqtt-error.ts";
import {
  type Ack,
  CONNECT,
  type Connect,
  DISCONNECT,
  type FilterRequest,
  LARGEST_ID,
  type MessageHeader,
  PINGREQ,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREL,
  type PublishHeader,
  SUBSCRIBE,
  UNSUBSCRIBE,
} from "./packet.ts";
import {
  bytesOfLength,
  checkId,
  packetLength,
  remainingOfConnect,
  remainingOfPublish,
  remainingOfSubscribe,
  remainingOfUnsubscribe,
  TopicBytes,
} from "./packet-length.ts";

const MQTT_NAME = "MQTT";
const MQTT_3_1_1 = 4;
// PUBREL, SUBSCRIBE and UNSUBSCRIBE carry these flags (section 2.2.2).
const RESERVED_FLAGS = 2;

/**
 * Writes packets into a buffer of the caller, one behind the other, from `position` on. Every
 * method checks its arguments and measures first: an illegal packet throws an MqttError (code
 * "mqtt/illegal") that names argument and rule, a packet that does not fit between `position` and
 * the end of the buffer gives false; in both cases nothing is written and `position` stays.
 */
export class Encoder {
  readonly buffer: Uint8Array;
  /** Where the next packet starts; the caller sets it back after sending. */
  position = 0;
  readonly #topics = new TopicBytes();
  // Of the last message, when it was written to the start of the buffer and is still there.
  #lastTopic: string | undefined;
  #lastFirst = 0;
  #lastLength = 0;
  #lastEnd = 0;

  constructor(buffer: Uint8Array) {
    this.buffer = buffer;
  }

  /** CONNECT (section 3.1), protocol level 4. */
  connect(packet: Connect): boolean {
    const { id, clean = true, keepAliveSeconds, user, password, will } = packet;
    const length = remainingOfConnect(packet);
    if (!this.start(CONNECT << 4, length, length)) return false;
    let flags = clean ? 2 : 0;
    if (will) flags |= 4 | ((will.QoS ?? 0) << 3) | (will.retain ? 0x20 : 0);
    if (password !== undefined) flags |= 0x40;
    if (user !== undefined) flags |= 0x80;
    this.field(MQTT_NAME);
    this.byte(MQTT_3_1_1);
    this.byte(flags);
    this.number(keepAliveSeconds);
    this.field(id);
    if (will) {
      this.field(will.topic);
      this.field(will.message);
    }
    if (user !== undefined) this.field(user);
    if (password !== undefined) this.field(password);
    return true;
  }

  /**
   * All of a PUBLISH but its payload (section 3.3): the caller sends `byteLength` bytes behind it,
   * which need no room here.
   */
  publish(header: PublishHeader): boolean {
    const { QoS = 0, id = 0, retain, duplicate, byteLength } = header;
    const topic = this.#topics.of(header.topic);
    const length = remainingOfPublish(header, topic.length);
    const flags = (duplicate ? 8 : 0) | (QoS << 1) | (retain ? 1 : 0);
    if (!this.start((PUBLISH << 4) | flags, length, length - byteLength)) return false;
    this.field(topic);
    if (QoS > 0) this.number(id);
    return true;
  }

  /**
   * A whole PUBLISH with its payload, in one pass; `id` is ignored with QoS 0. When the message
   * before stood at the same place and was like this one, its header is still there.
   */
  message(header: MessageHeader, payload: Uint8Array, id: number): boolean {
    const topic = header.topic;
    const QoS = header.QoS ?? 0;
    const byteLength = payload.length;
    const buffer = this.buffer;
    let at = this.position;
    let first = header.retain ? 0x31 : 0x30;
    if (QoS !== 0) {
      // Throws, and says why.
      if ((QoS !== 1 && QoS !== 2) || (id & LARGEST_ID) !== id || id === 0)
        checkMessage(header, id);
      first |= QoS << 1;
      if (header.duplicate) first |= 8;
    } else if (header.duplicate) checkMessage(header, id);
    if (
      at === 0 &&
      topic === this.#lastTopic &&
      first === this.#lastFirst &&
      byteLength === this.#lastLength
    ) {
      at = this.#lastEnd;
    } else {
      at = this.messageHead(topic, first, byteLength);
      if (at < 0) return false;
    }
    if (QoS !== 0) {
      buffer[at++] = id >> 8;
      buffer[at++] = id;
    }
    buffer.set(payload, at);
    this.position = at + byteLength;
    return true;
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP (sections 3.4 to 3.7). */
  ack(type: Ack, id: number): boolean {
    if (typeof type !== "number" || !(type >= PUBACK && type <= PUBCOMP)) {
      throw illegal("type", "it is none of PUBACK, PUBREC, PUBREL and PUBCOMP");
    }
    // Throws, and says why.
    if ((id & LARGEST_ID) !== id || id === 0) {
      checkId(id, type === PUBCOMP ? "MQTT-4.3.3-2" : "MQTT-2.3.1-6");
    }
    // In one go, as these packets are half of all.
    const buffer = this.buffer;
    const at = this.position;
    if (at + 4 > buffer.length) return false;
    if (at < this.#lastEnd) this.#lastTopic = undefined;
    buffer[at] = (type << 4) | (type === PUBREL ? RESERVED_FLAGS : 0);
    buffer[at + 1] = 2;
    buffer[at + 2] = id >> 8;
    buffer[at + 3] = id;
    this.position = at + 4;
    return true;
  }

  /** SUBSCRIBE (section 3.8); at most `MOST_FILTERS` requests. */
  subscribe(id: number, requests: readonly FilterRequest[]): boolean {
    const length = remainingOfSubscribe(id, requests);
    if (!this.start((SUBSCRIBE << 4) | RESERVED_FLAGS, length, length)) return false;
    this.number(id);
    for (const { filter, QoS } of requests) {
      this.field(filter);
      this.byte(QoS);
    }
    return true;
  }

  /** UNSUBSCRIBE (section 3.10); at most `MOST_FILTERS` filters. */
  unsubscribe(id: number, filters: readonly string[]): boolean {
    const length = remainingOfUnsubscribe(id, filters);
    if (!this.start((UNSUBSCRIBE << 4) | RESERVED_FLAGS, length, length)) return false;
    this.number(id);
    for (const filter of filters) this.field(filter);
    return true;
  }

  /** PINGREQ (section 3.12). */
  ping(): boolean {
    return this.start(PINGREQ << 4, 0, 0);
  }

  /** DISCONNECT (section 3.14). */
  disconnect(): boolean {
    return this.start(DISCONNECT << 4, 0, 0);
  }

  /** The bytes at the start of the buffer are others now. */
  protected forgetMessage(): void {
    this.#lastTopic = undefined;
  }

  // Writes what stands before the packet id, if all of the message fits, and returns its end.
  private messageHead(name: string, first: number, byteLength: number): number {
    const topic = this.#topics.of(name);
    const topicLength = topic.length;
    const length = 2 + topicLength + ((first & 6) === 0 ? 0 : 2) + byteLength;
    const buffer = this.buffer;
    const start = this.position;
    if (start + packetLength(length) > buffer.length) return -1;
    let at = start;
    buffer[at++] = first;
    let rest = length;
    for (; rest >= 0x80; rest >>= 7) buffer[at++] = 0x80 | (rest & 0x7f);
    buffer[at++] = rest;
    buffer[at++] = topicLength >> 8;
    buffer[at++] = topicLength;
    buffer.set(topic, at);
    at += topicLength;
    if (start > 0) {
      if (start < this.#lastEnd) this.forgetMessage();
    } else {
      this.#lastTopic = name;
      this.#lastFirst = first;
      this.#lastLength = byteLength;
      this.#lastEnd = at;
    }
    return at;
  }

  // Writes the fixed header if `room` bytes fit behind it.
  private start(first: number, length: number, room: number): boolean {
    const header = 1 + bytesOfLength(length);
    if (this.position + header + room > this.buffer.length) return false;
    this.#lastTopic = undefined;
    this.byte(first);
    let rest = length;
    for (; rest >= 0x80; rest >>= 7) this.byte(0x80 | (rest & 0x7f));
    this.byte(rest);
    return true;
  }

  private byte(value: number): void {
    this.buffer[this.position++] = value;
  }

  private number(value: number): void {
    this.byte(value >> 8);
    this.byte(value);
  }

  private field(value: string | Uint8Array): void {
    const start = this.position;
    const from = start + 2;
    let end = from + value.length;
    if (typeof value === "string") end = writeUtf8(value, this.buffer, from);
    else this.buffer.set(value, from);
    this.number(end - from);
    this.position = end;
  }
}

// Of a message with something illegal beside its topic.
function checkMessage({ topic, QoS, duplicate }: MessageHeader, id: number): void {
  remainingOfPublish({ topic, QoS, id, duplicate, byteLength: 0 }, 1);
}
