// SPDX-License-Identifier: MIT

import type { Decoded } from "./decoded.ts";
import { hexOf } from "./hex.ts";

/** Thrown where the stream ends inside a packet. */
class Unfinished extends Error {}

/** Thrown where a packet breaks a statement. */
class Broken extends Error {
  readonly statement: string;

  constructor(statement: string) {
    super(statement);
    this.statement = statement;
  }
}

function must(condition: boolean, statement: string): void {
  if (!condition) throw new Broken(statement);
}

// The one limit that ends a stream: as many codes as we ever ask for filters.
const MOST_CODES = 32;
const TOO_LARGE = "more codes than that";
const ORDER = ["MQTT-3.2.0-1", "second CONNACK", "client packet"];

/**
 * What a stream from a broker means, read from front to back in the plainest way: the yardstick for
 * the decoder in random and exhaustive tests. Shares nothing with it; slow.
 */
export function referenceOf(bytes: Uint8Array): readonly Decoded[] {
  const reader = new Reader(bytes);
  const packets: Decoded[] = [];
  try {
    while (reader.at < bytes.length) packets.push(packetOf(reader, packets.length === 0));
  } catch (error) {
    if (error instanceof Broken) {
      packets.push(errorOf(error.statement));
    } else if (!(error instanceof Unfinished)) throw error;
    else if (reader.message) packets.push(reader.message);
  }
  return packets;
}

function errorOf(statement: string): Decoded {
  if (statement === TOO_LARGE)
    return { type: "error", code: "mqtt/too-large", statement: undefined };
  const code = ORDER.includes(statement) ? "mqtt/unexpected" : "mqtt/malformed";
  const number = statement.startsWith("MQTT") ? statement : "MQTT-4.8.0-1";
  return { type: "error", code, statement: number };
}

class Reader {
  readonly #bytes: Uint8Array;
  at = 0;
  /** The message whose payload has not come to its end. */
  message: Decoded | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined) throw new Unfinished();
    this.at++;
    return byte;
  }

  two(): number {
    const high = this.byte();
    return high * 256 + this.byte();
  }

  upTo(count: number): Uint8Array {
    const from = this.at;
    this.at = Math.min(this.at + count, this.#bytes.length);
    return this.#bytes.slice(from, this.at);
  }

  length(): number {
    let value = 0;
    for (let i = 0; ; i++) {
      const byte = this.byte();
      must(byte < 128 || i < 3, "five length bytes");
      must(byte > 0 || i === 0, "length not minimal");
      value += (byte % 128) * 128 ** i;
      if (byte < 128) return value;
    }
  }

  // Each byte is looked at when it comes, as a strict reader of a slow line would.
  topic(length: number): string {
    const end = this.at + length;
    let text = "";
    while (this.at < end) {
      const first = this.byte();
      must(first !== 0, "MQTT-1.5.3-2");
      must(first !== 0x2b && first !== 0x23, "MQTT-3.3.2-2");
      const more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
      must(first < 0x80 || (first >= 0xc2 && first <= 0xf4), "MQTT-1.5.3-1");
      const least = [0, 0x80, 0x800, 0x10000][more] ?? 0;
      let code = more === 0 ? first : first % 2 ** (6 - more);
      for (let i = 0; i < more; i++) {
        must(this.at < end, "MQTT-1.5.3-1");
        const byte = this.byte();
        must(byte >= 0x80 && byte < 0xc0, "MQTT-1.5.3-1");
        code = code * 64 + byte - 0x80;
        const rest = 64 ** (more - 1 - i);
        must(code * rest + rest > least, "MQTT-1.5.3-1");
        must(code * rest <= 0x10ffff, "MQTT-1.5.3-1");
        must(code * rest + rest - 1 < 0xd800 || code * rest > 0xdfff || more < 2, "MQTT-1.5.3-1");
      }
      text += String.fromCodePoint(code);
    }
    return text;
  }
}

function packetOf(reader: Reader, isFirst: boolean): Decoded {
  const first = reader.byte();
  const type = Math.floor(first / 16);
  const flags = first % 16;
  must(type !== 0 && type !== 15, "reserved type");
  must(![1, 8, 10, 12, 14].includes(type), "client packet");
  if (type === 3) must(flags % 8 < 6, "MQTT-3.3.1-4");
  else if (type === 6) must(flags === 2, "MQTT-3.6.1-1");
  else must(flags === 0, "MQTT-2.2.2-2");
  must(type === 2 || !isFirst, "MQTT-3.2.0-1");
  must(type !== 2 || isFirst, "second CONNACK");
  const length = reader.length();
  if (type === 3) return publishOf(reader, flags, length);
  if (type === 13) {
    must(length === 0, "length");
    return { type: "PINGRESP" };
  }
  if (type === 9) return subackOf(reader, length);
  must(length === 2, "length");
  if (type === 2) return connackOf(reader);
  const id = reader.two();
  must(id > 0, type === 7 ? "MQTT-4.3.3-2" : type === 11 ? "MQTT-2.3.1-7" : "MQTT-2.3.1-6");
  const names = ["PUBACK", "PUBREC", "PUBREL", "PUBCOMP"] as const;
  return { type: type === 11 ? "UNSUBACK" : (names[type - 4] ?? "PUBACK"), id };
}

function connackOf(reader: Reader): Decoded {
  const flags = reader.byte();
  const returnCode = reader.byte();
  must(flags < 2, "acknowledge flags");
  must(returnCode < 6, "MQTT-3.2.2-6");
  must(flags === 0 || returnCode === 0, "MQTT-3.2.2-4");
  return { type: "CONNACK", sessionPresent: flags === 1, returnCode };
}

function subackOf(reader: Reader, length: number): Decoded {
  must(length >= 2, "length");
  must(length > 2, "MQTT-3.8.4-5");
  must(length <= 2 + MOST_CODES, TOO_LARGE);
  const id = reader.two();
  const codes: number[] = [];
  while (codes.length < length - 2) codes.push(reader.byte());
  must(id > 0, "MQTT-2.3.1-7");
  for (const code of codes) must([0, 1, 2, 128].includes(code), "MQTT-3.9.3-2");
  return { type: "SUBACK", id, codes };
}

function publishOf(reader: Reader, flags: number, length: number): Decoded {
  must(length >= 2, "length");
  const topicLength = reader.two();
  must(topicLength > 0, "MQTT-4.7.3-1");
  must(topicLength + 2 <= length, "MQTT-3.3.2-1");
  const QoS = Math.floor(flags / 2) % 4;
  const rest = length - 2 - topicLength;
  must(QoS === 0 || rest >= 2, "MQTT-2.3.1-1");
  const topic = reader.topic(topicLength);
  const id = QoS > 0 ? reader.two() : 0;
  must(QoS === 0 || id > 0, "MQTT-2.3.1-1");
  const wanted = rest - (QoS > 0 ? 2 : 0);
  const bytes = reader.upTo(wanted);
  const complete = bytes.length === wanted;
  const marks = { retain: flags % 2 === 1, duplicate: flags >= 10 };
  const payload = hexOf(bytes);
  const packet = { type: "PUBLISH", topic, QoS, id, ...marks, payload, complete } as const;
  if (complete) return packet;
  reader.message = packet;
  throw new Unfinished();
}
