// SPDX-License-Identifier: MIT

import { noRoom, notAllowed } from "../client-error.ts";
import {
  type Ack,
  type Connect,
  DISCONNECT,
  type FilterRequest,
  LARGEST_ID,
  PINGREQ,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  SUBSCRIBE,
  UNSUBSCRIBE,
} from "../codec/packet.ts";
import { illegal } from "../mqtt-error.ts";
import { type Bytes, bytesOf } from "./byte-buffer.ts";
import type { WriteOptions } from "./client-options.ts";
import { PacketIds } from "./packet-ids.ts";
import { SendBuffer } from "./send-buffer.ts";

const NOTHING = new Uint8Array(0);

/** Turns calls of `write` into packets in the send buffer: all of a packet or an error. */
export class ClientWriter {
  readonly out: SendBuffer;
  readonly #ids = new PacketIds();
  #lastId = 0;

  /** `size` of the send buffer in bytes. */
  constructor(size: number) {
    this.out = new SendBuffer(size);
  }

  /** Packet id of the last packet that has one. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Bytes that can be written now; while a message is being written, bytes of it. */
  get room(): number {
    const { free, unfinished } = this.out;
    return unfinished > 0 ? Math.min(free, unfinished) : free;
  }

  connect(connect: Connect): void {
    if (!this.out.encoder.connect(connect)) throw noRoom("CONNECT", this.out.free);
  }

  /** @throws MqttError; nothing was written then */
  write(data: Bytes | null | undefined, options: WriteOptions | undefined): void {
    const bytes = dataOf(data);
    if (!options || this.out.unfinished > 0) {
      this.#continue(bytes, options ?? undefined);
      return;
    }
    const operation = options.operation ?? PUBLISH;
    if (operation === PUBLISH) this.#publish(bytes, options);
    else if (operation >= PUBACK && operation <= PUBCOMP) this.#ack(operation as Ack, options.id);
    else this.#request(operation, options);
  }

  #continue(bytes: Uint8Array, options: WriteOptions | undefined): void {
    const { free, unfinished } = this.out;
    if (options?.operation !== undefined && options.operation !== PUBLISH) {
      const operation = options.operation;
      if (operation >= PUBACK && operation <= PUBCOMP) this.#ack(operation as Ack, options.id);
      else if (operation === PINGREQ) this.out.ping();
      else throw notAllowed("the packet cannot be written now", "a message is unfinished");
      return;
    }
    if (unfinished === 0) throw illegal("options", "needed, no message is unfinished");
    if (options !== undefined) throw notAllowed("no new message now", "a message is unfinished");
    if (bytes.length > unfinished) throw illegal("data", `only ${unfinished} bytes are missing`);
    if (bytes.length > free) throw noRoom("the data", free);
    this.out.append(bytes);
  }

  #publish(bytes: Uint8Array, options: WriteOptions): void {
    const { topic, QoS = 0, retain, duplicate, byteLength = bytes.length } = options;
    if (topic === undefined) throw illegal("topic", "needed");
    if (bytes.length > byteLength) throw illegal("byteLength", "less than there is data");
    const id = QoS === 0 ? 0 : this.#idFor(options.id);
    const { encoder } = this.out;
    const start = encoder.position;
    const header = { topic, QoS, id, retain, duplicate, byteLength };
    const fits = encoder.publish(header);
    if (!fits || bytes.length > this.out.free) {
      encoder.position = start;
      throw noRoom("PUBLISH", this.out.free);
    }
    this.out.begin(byteLength);
    this.out.append(bytes);
  }

  #ack(operation: Ack, id: number | undefined): void {
    if (id === undefined || !isId(id)) throw illegal("id", "needed, from 1 to 65,535");
    if (!this.out.ack(operation, id)) throw noRoom("an acknowledgement", this.out.free);
  }

  #request(operation: number, options: WriteOptions): void {
    const { encoder, free } = this.out;
    if (operation === PINGREQ) this.out.ping();
    else if (operation === DISCONNECT) {
      if (!this.out.disconnect()) throw noRoom("DISCONNECT", free);
    } else if (operation === SUBSCRIBE) {
      if (!encoder.subscribe(this.#idFor(options.id), requestsOf(options))) {
        throw noRoom("SUBSCRIBE", free);
      }
    } else if (operation === UNSUBSCRIBE) {
      const filters = itemsOf(options).map(({ topic }) => topic);
      if (!encoder.unsubscribe(this.#idFor(options.id), filters)) throw noRoom("UNSUBSCRIBE", free);
    } else throw illegal("operation", `${operation} cannot be written by a client`);
  }

  #idFor(given: number | undefined): number {
    if (given !== undefined && !isId(given)) throw illegal("id", "not from 1 to 65,535");
    this.#lastId = given ?? this.#ids.next(unused) ?? 1;
    return this.#lastId;
  }
}

function unused(): boolean {
  return false;
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
  if (data === undefined || data === null) return NOTHING;
  const bytes = bytesOf(data);
  if (!bytes) throw illegal("data", "not a byte buffer");
  return bytes;
}
