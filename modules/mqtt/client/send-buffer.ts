// SPDX-License-Identifier: MIT

import type { TCP } from "../../ecma-419/tcp.ts";
import { Encoder } from "../codec/encoder.ts";
import type { Ack } from "../codec/packet.ts";
import { noRoom } from "../mqtt-error.ts";

/** Acknowledgements that wait while a long message keeps them from being sent. */
const maxWaitingAcks = 16;

/**
 * Bytes on their way to the socket: packets are encoded here and written as the socket has room.
 * Fixed size. A PUBLISH may go in piece by piece; acknowledgements that come up meanwhile wait in a
 * small queue, because nothing may be put between the pieces.
 */
export class SendBuffer extends Encoder {
  /** Payload bytes of the current PUBLISH that have not been given yet. Whoever takes them counts. */
  unfinished = 0;
  /** True when no further acknowledgement can be taken: time not to read any more. */
  isFull = false;
  readonly #acks = new Uint32Array(maxWaitingAcks);
  #ackCount = 0;
  #start = 0;
  #isPingDue = false;
  #hasEnded = false;

  /** `size` in bytes. */
  constructor(size: number) {
    super(new Uint8Array(size));
  }

  /** Bytes that can be put in now; in one piece after `compact`. */
  get free(): number {
    return this.buffer.length - this.position + this.#start;
  }

  /** Bytes that wait for room in the socket. */
  get waiting(): number {
    return this.position - this.#start;
  }

  /** True when nothing waits: neither bytes, nor packets that a long message holds up. */
  get isIdle(): boolean {
    return this.position === this.#start && this.#ackCount === 0 && !this.#isPingDue;
  }

  /** To be called before anything is encoded: brings the free bytes together. */
  compact(): void {
    const start = this.#start;
    if (start === 0) return;
    this.buffer.copyWithin(0, start, this.position);
    this.position -= start;
    this.#start = 0;
    this.forgetMessage();
  }

  /** A packet that was encoded before. @throws MqttError when it does not fit */
  put(packet: Uint8Array): void {
    if (packet.length > this.free) throw noRoom("a packet", this.free);
    this.compact();
    this.buffer.set(packet, this.position);
    this.position += packet.length;
    this.forgetMessage();
  }

  /** Payload of the current PUBLISH; at most `free` and `unfinished` bytes. */
  append(bytes: Uint8Array): void {
    this.compact();
    this.buffer.set(bytes, this.position);
    this.position += bytes.length;
    this.unfinished -= bytes.length;
  }

  /** Sends or queues an acknowledgement; false when there is no room for it. */
  acknowledge(type: Ack, id: number): boolean {
    const count = this.#ackCount;
    if (this.#start > 0) this.compact();
    if (count === 0 && this.unfinished === 0 && this.ack(type, id)) return true;
    if (this.isFull) return false;
    this.#acks[count] = type * 0x10000 + id;
    this.#ackCount = count + 1;
    this.isFull = count + 1 === maxWaitingAcks;
    return true;
  }

  /** Sends PINGREQ, now or as soon as a packet may be sent. */
  requestPing(): void {
    this.compact();
    this.#isPingDue = this.unfinished > 0 || !this.ping();
  }

  /** Puts DISCONNECT in; false when there is no room. What waits is not sent behind it. */
  end(): boolean {
    this.compact();
    this.#hasEnded = this.disconnect();
    return this.#hasEnded;
  }

  /** Writes what fits into `room` bytes of the socket; returns how many. */
  flush(tcp: TCP, room: number): number {
    if (this.#ackCount > 0 || this.#isPingDue) this.encodeWaiting();
    const start = this.#start;
    const position = this.position;
    let count = position - start;
    if (count > room) count = room;
    if (count === 0) return 0;
    tcp.write(new Uint8Array(this.buffer.buffer, start, count));
    const end = start + count;
    if (end === position) {
      this.#start = 0;
      this.position = 0;
    } else this.#start = end;
    if (count === room || (this.#ackCount === 0 && !this.#isPingDue)) return count;
    return count + this.flush(tcp, room - count);
  }

  private encodeWaiting(): void {
    if (this.unfinished > 0 || this.#hasEnded) return;
    this.compact();
    let done = 0;
    while (done < this.#ackCount) {
      const waiting = this.#acks[done] ?? 0;
      if (!this.ack((waiting >>> 16) as Ack, waiting & 0xffff)) break;
      done++;
    }
    if (done > 0) {
      this.#acks.copyWithin(0, done, this.#ackCount);
      this.#ackCount -= done;
      this.isFull = false;
    }
    if (this.#isPingDue && this.#ackCount === 0) this.#isPingDue = !this.ping();
  }
}
