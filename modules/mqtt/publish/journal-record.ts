// SPDX-License-Identifier: MIT

import { decodeUtf8 } from "../../base/utf8.ts";
import type { QoS } from "../../ecma-419/mqtt-client.ts";
import { publishHeaderLength } from "../codec/packet-length.ts";
import { OutgoingMessage } from "./outgoing-message.ts";

/** First byte of each record; another number is another form. */
const FORM = 1;
/** Bytes in front of the topic: form, flags, packet id, length of the topic. */
const HEAD = 6;
const RETAIN = 4;
const RELEASED = 8;

/** A message as it is stored: form 1, flags (QoS, retain, released), id, topic, payload. */
export function recordOf(message: OutgoingMessage): Uint8Array {
  const { topic, payload, QoS, retain } = message.facts;
  const name = new TextEncoder().encode(topic);
  const record = new Uint8Array(HEAD + name.length + payload.length);
  record[0] = FORM;
  record[1] = QoS | (retain ? RETAIN : 0) | (message.released ? RELEASED : 0);
  putNumber(record, 2, message.id);
  putNumber(record, 4, name.length);
  record.set(name, HEAD);
  record.set(payload, HEAD + name.length);
  return record;
}

/**
 * The message of a record; undefined when it is broken. Whether it had been sent is not on record:
 * it counts as sent, so that it is repeated with DUP when the broker still has the session.
 */
export function messageOfRecord(record: Uint8Array): OutgoingMessage | undefined {
  const flags = record[1] ?? 0;
  const QoS = (flags & 3) as QoS | 3;
  const id = numberAt(record, 2);
  const end = HEAD + numberAt(record, 4);
  if (record[0] !== FORM || QoS === 0 || QoS === 3 || id === 0 || end > record.length) {
    return undefined;
  }
  const topic = decodeUtf8(record.subarray(HEAD, end));
  const header = topic === undefined ? undefined : headerOf(topic, record.length - end);
  if (topic === undefined || header === undefined) return undefined;
  const message = new OutgoingMessage({
    topic,
    payload: record.slice(end),
    header,
    QoS,
    retain: (flags & RETAIN) !== 0,
    latest: false,
    since: 0,
    expires: Infinity,
    onDone: undefined,
  });
  message.id = id;
  message.sent = true;
  message.released = (flags & RELEASED) !== 0;
  message.stored = true;
  return message;
}

// Also checks the topic, which must be one that may be sent.
function headerOf(topic: string, byteLength: number): number | undefined {
  try {
    return publishHeaderLength({ topic, QoS: 1, id: 1, byteLength });
  } catch {
    return undefined;
  }
}

function putNumber(record: Uint8Array, at: number, value: number): void {
  record[at] = value >> 8;
  record[at + 1] = value & 0xff;
}

function numberAt(record: Uint8Array, at: number): number {
  return (record[at] ?? 0) * 256 + (record[at + 1] ?? 0);
}
