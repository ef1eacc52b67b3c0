// SPDX-License-Identifier: MIT

/**
 * The reading half of a fake broker: what a client sends, checked strictly. Written from the
 * standard alone, apart from `modules/mqtt/packet/`, so that the two can not share a mistake; simple
 * and slow on purpose. The writing half is `broker-packets.ts`.
 */

export interface WillFields {
  readonly topic: string;
  readonly message: Uint8Array;
  readonly QoS: number;
  readonly retain: boolean;
}

export interface ConnectFields {
  readonly type: "CONNECT";
  readonly id: string;
  readonly clean: boolean;
  readonly keepAliveSeconds: number;
  readonly will?: WillFields;
  readonly user?: string;
  readonly password?: Uint8Array;
}

export interface PublishFields {
  readonly type: "PUBLISH";
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly QoS: number;
  /** 0 with QoS 0. */
  readonly id: number;
  readonly retain: boolean;
  readonly duplicate: boolean;
}

/** A packet from a client. */
export type ClientPacket =
  | ConnectFields
  | PublishFields
  | { readonly type: "PUBACK" | "PUBREC" | "PUBREL" | "PUBCOMP"; readonly id: number }
  | {
      readonly type: "SUBSCRIBE";
      readonly id: number;
      readonly requests: readonly { readonly filter: string; readonly QoS: number }[];
    }
  | { readonly type: "UNSUBSCRIBE"; readonly id: number; readonly filters: readonly string[] }
  | { readonly type: "PINGREQ" | "DISCONNECT" };

/** A client broke a rule; the message starts with the number of the statement. */
export class ClientFault extends Error {}

function must(condition: boolean, statement: string, why: string): asserts condition {
  if (!condition) throw new ClientFault(`${statement}: ${why}`);
}

class Fields {
  readonly #bytes: readonly number[];
  #at = 0;

  constructor(bytes: readonly number[]) {
    this.#bytes = bytes;
  }

  get rest(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    must(value !== undefined, "MQTT-4.8.0-1", "the packet ends too early");
    return value;
  }

  number(): number {
    return this.byte() * 256 + this.byte();
  }

  bytes(length: number): Uint8Array {
    const from = this.#at;
    must(length <= this.rest, "MQTT-4.8.0-1", "a field is longer than the packet");
    this.#at += length;
    return Uint8Array.from(this.#bytes.slice(from, this.#at));
  }

  text(): string {
    const bytes = this.bytes(this.number());
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new ClientFault("MQTT-1.5.3-1: not UTF-8");
    }
    must(!text.includes("\0"), "MQTT-1.5.3-2", "U+0000 in a text");
    return text;
  }

  topic(): string {
    const topic = this.text();
    must(topic !== "", "MQTT-4.7.3-1", "empty topic");
    must(!/[+#]/.test(topic), "MQTT-3.3.2-2", `wildcard in topic ${topic}`);
    return topic;
  }

  filter(): string {
    const filter = this.text();
    must(filter !== "", "MQTT-4.7.3-1", "empty filter");
    const levels = filter.split("/");
    levels.forEach((level, i) => {
      const last = i === levels.length - 1;
      must(!level.includes("#") || (level === "#" && last), "MQTT-4.7.1-2", filter);
      must(!level.includes("+") || level === "+", "MQTT-4.7.1-3", filter);
    });
    return filter;
  }

  id(): number {
    const id = this.number();
    must(id > 0, "MQTT-2.3.1-1", "packet id 0");
    return id;
  }

  end(): void {
    must(this.rest === 0, "MQTT-4.8.0-1", "bytes behind the packet");
  }
}

function connectOf(fields: Fields): ClientPacket {
  must(fields.text() === "MQTT", "MQTT-3.1.2-1", "protocol name");
  must(fields.byte() === 4, "MQTT-3.1.2-2", "protocol level");
  const flags = fields.byte();
  must((flags & 1) === 0, "MQTT-3.1.2-3", "reserved flag");
  const QoS = (flags >> 3) & 3;
  must(QoS < 3, "MQTT-3.1.2-14", "will QoS 3");
  if (!(flags & 4)) must((flags & 0x38) === 0, "MQTT-3.1.2-11", "will flags without will");
  must(!(flags & 0x40) || (flags & 0x80) !== 0, "MQTT-3.1.2-22", "password without user");
  const keepAliveSeconds = fields.number();
  const id = fields.text();
  const clean = (flags & 2) !== 0;
  must(id !== "" || clean, "MQTT-3.1.3-7", "empty id without clean session");
  const base = { type: "CONNECT", id, clean, keepAliveSeconds } as const;
  const retain = (flags & 0x20) !== 0;
  const will =
    flags & 4
      ? { will: { topic: fields.topic(), message: fields.bytes(fields.number()), QoS, retain } }
      : {};
  const user = flags & 0x80 ? { user: fields.text() } : {};
  const password = flags & 0x40 ? { password: fields.bytes(fields.number()) } : {};
  return { ...base, ...will, ...user, ...password };
}

function publishOf(flags: number, fields: Fields): ClientPacket {
  const QoS = (flags >> 1) & 3;
  must(QoS < 3, "MQTT-3.3.1-4", "QoS 3");
  const duplicate = (flags & 8) !== 0;
  must(!duplicate || QoS > 0, "MQTT-3.3.1-2", "DUP with QoS 0");
  const topic = fields.topic();
  const id = QoS > 0 ? fields.id() : 0;
  const payload = fields.bytes(fields.rest);
  return { type: "PUBLISH", topic, payload, QoS, id, retain: (flags & 1) !== 0, duplicate };
}

function subscribeOf(fields: Fields): ClientPacket {
  const id = fields.id();
  const requests: { filter: string; QoS: number }[] = [];
  while (fields.rest > 0) {
    const filter = fields.filter();
    const QoS = fields.byte();
    must(QoS < 3, "MQTT-3.8.3-4", `QoS ${QoS}`);
    requests.push({ filter, QoS });
  }
  must(requests.length > 0, "MQTT-3.8.3-3", "no filter");
  return { type: "SUBSCRIBE", id, requests };
}

function unsubscribeOf(fields: Fields): ClientPacket {
  const id = fields.id();
  const filters: string[] = [];
  while (fields.rest > 0) filters.push(fields.filter());
  must(filters.length > 0, "MQTT-3.10.3-2", "no filter");
  return { type: "UNSUBSCRIBE", id, filters };
}

const ACKS = { 4: "PUBACK", 5: "PUBREC", 6: "PUBREL", 7: "PUBCOMP" } as const;

function packetOf(first: number, body: readonly number[]): ClientPacket {
  const type = first >> 4;
  const flags = first & 15;
  const fields = new Fields(body);
  if (type === 3) return publishOf(flags, fields);
  const reserved = type === 6 || type === 8 || type === 10 ? 2 : 0;
  must(flags === reserved, "MQTT-2.2.2-2", `flags ${flags} of packet type ${type}`);
  let packet: ClientPacket;
  if (type === 1) packet = connectOf(fields);
  else if (type === 4 || type === 5 || type === 6 || type === 7) {
    packet = { type: ACKS[type], id: fields.id() };
  } else if (type === 8) packet = subscribeOf(fields);
  else if (type === 10) packet = unsubscribeOf(fields);
  else if (type === 12) packet = { type: "PINGREQ" };
  else {
    must(type === 14, "MQTT-4.8.0-1", `a client must not send packet type ${type}`);
    packet = { type: "DISCONNECT" };
  }
  fields.end();
  return packet;
}

/**
 * What a client sends, packet by packet. Throws a ClientFault for what a strict broker would close
 * the connection for.
 */
export class ClientStream {
  #bytes: number[] = [];
  #connected = false;

  /** Takes bytes and returns the packets that are complete now. */
  push(bytes: Uint8Array): ClientPacket[] {
    for (const byte of bytes) this.#bytes.push(byte);
    const packets: ClientPacket[] = [];
    for (let packet = this.#next(); packet; packet = this.#next()) packets.push(packet);
    return packets;
  }

  /** Bytes of a packet that is not complete. */
  get unfinished(): number {
    return this.#bytes.length;
  }

  #next(): ClientPacket | undefined {
    let length = 0;
    let at = 1;
    for (let more = true; more; at++) {
      const byte = this.#bytes[at];
      if (byte === undefined) return undefined;
      must(at <= 4, "MQTT-4.8.0-1", "length of five bytes");
      more = byte >= 128;
      must(more || byte > 0 || at === 1, "MQTT-4.8.0-1", "length is not minimal");
      length += (byte % 128) * 128 ** (at - 1);
    }
    if (this.#bytes.length < at + length) return undefined;
    const packet = packetOf(this.#bytes[0] ?? 0, this.#bytes.slice(at, at + length));
    this.#bytes = this.#bytes.slice(at + length);
    if (this.#connected) must(packet.type !== "CONNECT", "MQTT-3.1.0-2", "second CONNECT");
    else must(packet.type === "CONNECT", "MQTT-3.1.0-1", `${packet.type} before CONNECT`);
    this.#connected = true;
    return packet;
  }
}
