// SPDX-License-Identifier: MIT

import { utf8LengthOf } from "../../base/utf8.ts";
import { illegal, type MqttError } from "../mqtt-error.ts";
import {
  type Connect,
  type FilterRequest,
  LARGEST_ID,
  LARGEST_REMAINING_LENGTH,
  LONGEST_FIELD,
  MOST_FILTERS,
  type PublishHeader,
} from "./packet.ts";
import { faultOfFilter, faultOfTopic, type TopicFault } from "./topic-filter.ts";

// Protocol name, level, flags and keepalive of a CONNECT (section 3.1.2).
const CONNECT_START = 10;
const LARGEST_KEEP_ALIVE = 65_535;

/** Bytes that the remaining length takes, 1–4. */
export function bytesOfLength(remaining: number): number {
  return remaining < 0x80 ? 1 : remaining < 0x4000 ? 2 : remaining < 0x20_0000 ? 3 : 4;
}

/** Bytes of a whole packet with this remaining length. */
export function packetLength(remaining: number): number {
  return 1 + bytesOfLength(remaining) + remaining;
}

/** Bytes of a whole CONNECT packet; throws an MqttError when it is not legal. */
export function connectLength(packet: Connect): number {
  return packetLength(remainingOfConnect(packet));
}

/** A topic to publish to as UTF-8; throws an MqttError when it is not legal. */
export function bytesOfTopic(topic: string): Uint8Array {
  requireText(topic, "topic");
  const fault = faultOfTopic(topic);
  if (fault) throw illegal("topic", fault.why, fault.statement);
  return new TextEncoder().encode(topic);
}

/**
 * The topic that was used last, checked and as UTF-8. A board publishes to few topics and mostly to
 * the same one again, and checking a topic costs more than all the rest of a message.
 */
export class TopicBytes {
  #topic: string | undefined;
  #bytes: Uint8Array = new Uint8Array(0);

  /** The bytes of a topic, not to be changed; throws an MqttError when it is not legal. */
  of(topic: string): Uint8Array {
    // No legal topic is empty.
    if (topic === this.#topic && this.#bytes.length > 0) return this.#bytes;
    this.#bytes = bytesOfTopic(topic);
    this.#topic = topic;
    return this.#bytes;
  }
}

/**
 * Bytes of a PUBLISH packet in front of its payload; throws an MqttError when it is not legal.
 * Whoever has checked the topic gives its length in bytes.
 */
export function publishHeaderLength(
  header: PublishHeader,
  topicLength: number = bytesOfTopic(header.topic).length,
): number {
  return packetLength(remainingOfPublish(header, topicLength)) - header.byteLength;
}

/** Remaining length of a CONNECT packet; throws an MqttError when it is not legal. */
export function remainingOfConnect(packet: Connect): number {
  const { id, clean = true, keepAliveSeconds, user, password, will } = packet;
  if (id === "" && !clean) {
    throw illegal("id", "an empty identifier needs a clean session", "MQTT-3.1.3-7");
  }
  if (!isWhole(keepAliveSeconds, 0, LARGEST_KEEP_ALIVE)) {
    throw illegal("keepAliveSeconds", "it is none of 0 to 65,535 (section 3.1.2.10)");
  }
  if (password !== undefined && user === undefined) {
    throw illegal("password", "a password needs a user", "MQTT-3.1.2-22");
  }
  let length = CONNECT_START + 2 + lengthOfText(id, "id");
  if (will) {
    checkQoS(will.QoS, "will.QoS", "MQTT-3.1.2-14");
    if (will.topic === undefined) {
      throw illegal("will.topic", "a will needs a topic", "MQTT-3.1.2-9");
    }
    length += 2 + lengthOfTopic(will.topic, "will.topic");
    length += 2 + lengthOfField(will.message, "will.message");
  }
  if (user !== undefined) length += 2 + lengthOfText(user, "user");
  if (password !== undefined) length += 2 + lengthOfField(password, "password");
  return length;
}

/**
 * Remaining length of a PUBLISH packet with its payload, `topicLength` being the bytes of its topic,
 * which has been checked; throws an MqttError when the rest is not legal.
 */
export function remainingOfPublish(header: PublishHeader, topicLength: number): number {
  const { QoS = 0, id, duplicate, byteLength } = header;
  checkQoS(QoS, "QoS", "MQTT-3.3.1-4");
  if (QoS === 0) {
    if (duplicate) throw illegal("duplicate", "it is not allowed with QoS 0", "MQTT-3.3.1-2");
  } else checkId(id, "MQTT-2.3.1-1");
  const start = 2 + topicLength + (QoS === 0 ? 0 : 2);
  if (!isWhole(byteLength, 0, LARGEST_REMAINING_LENGTH - start)) {
    throw illegal("byteLength", "the payload does not fit into a packet (section 2.2.3)");
  }
  return start + byteLength;
}

/** Remaining length of a SUBSCRIBE packet; throws an MqttError when it is not legal. */
export function remainingOfSubscribe(id: number, requests: readonly FilterRequest[]): number {
  checkId(id, "MQTT-2.3.1-1");
  checkCount(requests.length, "requests", "MQTT-3.8.3-3");
  let length = 2;
  for (let i = 0; i < requests.length; i++) {
    const { filter, QoS } = requests[i] as FilterRequest;
    checkQoS(QoS, `requests[${i}].QoS`, "MQTT-3.8.3-4");
    length += 3 + lengthOfFilter(filter, `requests[${i}].filter`);
  }
  return length;
}

/** Remaining length of an UNSUBSCRIBE packet; throws an MqttError when it is not legal. */
export function remainingOfUnsubscribe(id: number, filters: readonly string[]): number {
  checkId(id, "MQTT-2.3.1-1");
  checkCount(filters.length, "filters", "MQTT-3.10.3-2");
  let length = 2;
  for (let i = 0; i < filters.length; i++) {
    length += 2 + lengthOfFilter(filters[i] as string, `filters[${i}]`);
  }
  return length;
}

/** Throws an MqttError that names `statement` unless the packet id is 1–65,535. */
export function checkId(id: number | undefined, statement: string): void {
  if (!isWhole(id, 1, LARGEST_ID)) {
    throw illegal("id", "a packet id is one of 1 to 65,535", statement);
  }
}

/** @throws MqttError when it is no QoS; undefined is fine */
export function checkQoS(QoS: unknown, argument: string, statement: string): void {
  if (QoS !== undefined && QoS !== 0 && QoS !== 1 && QoS !== 2) {
    throw illegal(argument, "it is none of 0, 1, 2", statement);
  }
}

function checkCount(count: number, argument: string, statement: string): void {
  if (count === 0) throw illegal(argument, "there must be one filter at least", statement);
  if (count > MOST_FILTERS) {
    throw illegal(argument, `more than ${MOST_FILTERS} filters; send several packets`);
  }
}

function isWhole(value: number | undefined, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function lengthOfTopic(topic: string, argument: string): number {
  requireText(topic, argument);
  return lengthOfChecked(topic, faultOfTopic(topic), argument);
}

function lengthOfFilter(filter: string, argument: string): number {
  requireText(filter, argument);
  return lengthOfChecked(filter, faultOfFilter(filter), argument);
}

function lengthOfChecked(text: string, fault: TopicFault | undefined, argument: string): number {
  if (fault) throw illegal(argument, fault.why, fault.statement);
  return utf8LengthOf(text);
}

function lengthOfText(text: string, argument: string): number {
  requireText(text, argument);
  if (text.includes("\0")) throw illegal(argument, "it contains U+0000", "MQTT-1.5.3-2");
  return lengthOfField(text, argument);
}

// A binary field, or a text that may be one (a password, a will message).
function lengthOfField(value: string | Uint8Array, argument: string): number {
  if (!(value instanceof Uint8Array)) requireText(value, argument);
  if (value.length > LONGEST_FIELD) throw tooLong(argument);
  if (typeof value !== "string") return value.length;
  const length = utf8LengthOf(value);
  if (length < 0) {
    throw illegal(argument, "it holds half of a surrogate pair", "MQTT-1.5.3-1");
  }
  if (length > LONGEST_FIELD) throw tooLong(argument);
  return length;
}

// Types do not hold back plain JavaScript, nor a setting that was read at run time.
function requireText(value: unknown, argument: string): void {
  if (typeof value !== "string") throw illegal(argument, `it is of type ${typeof value}`);
}

function tooLong(argument: string): MqttError {
  return illegal(argument, "it is longer than 65,535 bytes (section 1.5.3)");
}
