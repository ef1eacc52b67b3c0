// SPDX-License-Identifier: MIT

import type { Bytes, WriteOptions } from "../../ecma-419/mqtt-client.ts";
import {
  type Ack,
  type Connect,
  DISCONNECT,
  type FilterRequest,
  LARGEST_ID,
  type MessageHeader,
  PINGREQ,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  SUBSCRIBE,
  UNSUBSCRIBE,
} from "../codec/packet.ts";
import { illegal, noRoom, notAllowed } from "../mqtt-error.ts";
import { bytesOf } from "./client-options.ts";
import type { SendBuffer } from "./send-buffer.ts";

const nothing = new Uint8Array(0);

/** Pieces of a long message from this size on are not copied when the socket can take them. */
const minDirect = 256;

/** The socket behind the send buffer. */
export interface PacketWriterOwner {
  /** Bytes that the socket takes now; what waits in the send buffer goes before. */
  readonly socketRoom: number;
  /** Writes what is in the send buffer, and then these bytes, for which there is room. */
  writeThrough(bytes: Uint8Array): void;
  /** DISCONNECT is in the send buffer. */
  disconnecting(): void;
}

/** Turns calls of `write` into packets in the send buffer: all of a packet or an error. */
export class PacketWriter {
  readonly #out: SendBuffer;
  readonly #owner: PacketWriterOwner;
  #lastId = 0;

  constructor(out: SendBuffer, owner: PacketWriterOwner) {
    this.#out = out;
    this.#owner = owner;
  }

  /** Packet id of the last packet that has one; the next is one more when the caller gives none. */
  get lastId(): number {
    return this.#lastId;
  }

  /**
   * Bytes that can be written now. Of a message that has begun, as many as the socket takes behind
   * what waits for it: they go straight there.
   */
  get room(): number {
    const out = this.#out;
    const unfinished = out.unfinished;
    if (unfinished === 0) return out.free;
    const room = this.#owner.socketRoom - out.waiting;
    return room < unfinished ? (room < 0 ? 0 : room) : unfinished;
  }

  /** @throws MqttError when it does not fit */
  connect(connect: Connect): void {
    if (!this.#out.connect(connect)) throw noRoom("CONNECT", this.#out.free);
  }

  /** @throws MqttError; nothing was written then */
  write(data: Bytes | null | undefined, options: WriteOptions | undefined): void {
    const bytes = data instanceof Uint8Array ? data : dataOf(data);
    const out = this.#out;
    if (!options || out.unfinished > 0) {
      this.continue(bytes, options ?? undefined);
      return;
    }
    const operation = options.operation ?? PUBLISH;
    if (operation === PUBLISH) {
      const byteLength = options.byteLength ?? bytes.length;
      const id = options.QoS ? this.idFor(options.id) : 0;
      if (out.position > 0) out.compact();
      if (byteLength !== bytes.length || options.topic === undefined)
        this.begin(bytes, options, id);
      else if (!out.message(options as MessageHeader, bytes, id)) throw noRoom("PUBLISH", out.free);
    } else if (operation >= PUBACK && operation <= PUBCOMP) this.ack(operation as Ack, options.id);
    else this.request(operation, options);
  }

  private continue(bytes: Uint8Array, options: WriteOptions | undefined): void {
    const out = this.#out;
    const { unfinished } = out;
    if (options?.operation !== undefined && options.operation !== PUBLISH) {
      const operation = options.operation;
      if (operation >= PUBACK && operation <= PUBCOMP) this.ack(operation as Ack, options.id);
      else if (operation === PINGREQ) out.requestPing();
      else throw notAllowed("the packet cannot be written now", "a message is unfinished");
      return;
    }
    if (unfinished === 0) throw illegal("options", "needed, no message is unfinished");
    if (options !== undefined) throw notAllowed("no new message now", "a message is unfinished");
    const count = bytes.length;
    if (count > unfinished) throw illegal("data", `only ${unfinished} bytes are missing`);
    if (count > this.room) throw noRoom("the data", this.room);
    // So much of it the socket takes behind what waits.
    this.append(bytes, count >= minDirect);
  }

  /** The first piece of a message, which may be empty. */
  private begin(bytes: Uint8Array, options: WriteOptions, id: number): void {
    const out = this.#out;
    const { topic, QoS = 0, retain, duplicate, byteLength = 0 } = options;
    if (topic === undefined) throw illegal("topic", "needed");
    if (bytes.length > byteLength) throw illegal("byteLength", "less than there is data");
    const start = out.position;
    const fits = out.publish({ topic, QoS, id, retain, duplicate, byteLength });
    if (!fits || bytes.length > out.free) {
      out.position = start;
      throw noRoom("PUBLISH", out.free);
    }
    out.unfinished = byteLength;
    const room = this.#owner.socketRoom - out.waiting;
    this.append(bytes, bytes.length >= minDirect && bytes.length <= room);
  }

  /** Payload for which there is room, past the send buffer when that is worth it. */
  private append(bytes: Uint8Array, isDirect: boolean): void {
    const out = this.#out;
    const count = bytes.length;
    if (!isDirect && count <= out.free) {
      out.append(bytes);
      return;
    }
    this.#owner.writeThrough(bytes);
    out.unfinished -= count;
  }

  private ack(operation: Ack, id: number | undefined): void {
    if (id === undefined || !isId(id)) throw illegal("id", "needed, from 1 to 65,535");
    if (!this.#out.acknowledge(operation, id)) throw noRoom("an acknowledgement", this.#out.free);
  }

  private request(operation: number, options: WriteOptions): void {
    const out = this.#out;
    const { free } = out;
    out.compact();
    if (operation === PINGREQ) out.requestPing();
    else if (operation === DISCONNECT) {
      if (!out.end()) throw noRoom("DISCONNECT", free);
      this.#owner.disconnecting();
    } else if (operation === SUBSCRIBE) {
      if (!out.subscribe(this.idFor(options.id), requestsOf(options))) {
        throw noRoom("SUBSCRIBE", free);
      }
    } else if (operation === UNSUBSCRIBE) {
      const filters = itemsOf(options).map(({ topic }) => topic);
      if (!out.unsubscribe(this.idFor(options.id), filters)) throw noRoom("UNSUBSCRIBE", free);
    } else throw illegal("operation", `${operation} cannot be written by a client`);
  }

  private idFor(given: number | undefined): number {
    let id = given;
    if (id === undefined) {
      const last = this.#lastId;
      id = last >= LARGEST_ID ? 1 : last + 1;
    } else if ((id & LARGEST_ID) !== id || id === 0) throw illegal("id", "not from 1 to 65,535");
    this.#lastId = id;
    return id;
  }
}

function isId(id: number): boolean {
  return Number.isInteger(id) && id >= 1 && id <= LARGEST_ID;
}

function requestsOf(options: WriteOptions): FilterRequest[] {
  return itemsOf(options).map(({ topic, QoS = 0 }) => ({ filter: topic, QoS }));
}

function itemsOf({ items = [] }: WriteOptions): NonNullable<WriteOptions["items"]> {
  const isList = Array.isArray(items) && items.every((item) => item && typeof item === "object");
  if (!isList) throw illegal("items", "no list of objects with a topic");
  return items;
}

function dataOf(data: Bytes | null | undefined): Uint8Array {
  if (data === undefined || data === null) return nothing;
  const bytes = bytesOf(data);
  if (!bytes) throw illegal("data", "not a byte buffer");
  return bytes;
}
