// SPDX-License-Identifier: MIT

import type { TCP } from "../../ecma-419/tcp.ts";
import { Encoder } from "../codec/encoder.ts";
import type { Ack } from "../codec/packet.ts";

/** Acknowledgements that wait while a long message keeps them from being sent. */
const maxWaitingAcks = 16;

/**
 * Bytes on their way to the socket: packets are encoded here and written as the socket has room.
 * Fixed size. A PUBLISH may go in piece by piece; acknowledgements that come up meanwhile wait in a
 * small queue, because nothing may be put between the pieces.
 */
export class SendBuffer {
  readonly #encoder: Encoder;
  readonly #acks = new Uint32Array(maxWaitingAcks);
  #ackCount = 0;
  #start = 0;
  #unfinished = 0;
  #isPingDue = false;
  #hasEnded = false;

  /** `size` in bytes. */
  constructor(size: number) {
    this.#encoder = new Encoder(new Uint8Array(size));
  }

  /** For a whole packet, or the header of a PUBLISH: the encoder, with the free bytes in one piece. */
  get encoder(): Encoder {
    if (this.#start > 0) this.compact();
    return this.#encoder;
  }

  /** Bytes that can be put in now. */
  get free(): number {
    const encoder = this.#encoder;
    return encoder.buffer.length - encoder.position + this.#start;
  }

  /** Payload bytes of the current PUBLISH that have not been given yet. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /** True when no further acknowledgement can be taken: time not to read any more. */
  get isFull(): boolean {
    return this.#ackCount === maxWaitingAcks;
  }

  /** True when no byte waits for room in the socket. */
  get isEmpty(): boolean {
    return this.#encoder.position === this.#start;
  }

  /** True when nothing waits: neither bytes, nor packets that a long message holds up. */
  get isIdle(): boolean {
    return this.#encoder.position === this.#start && this.#ackCount === 0 && !this.#isPingDue;
  }

  /** A PUBLISH header was encoded: `byteLength` bytes of payload have to follow. */
  begin(byteLength: number): void {
    this.#unfinished = byteLength;
  }

  /** Payload of the current PUBLISH; at most `free` and `unfinished` bytes. */
  append(bytes: Uint8Array): void {
    const { encoder } = this;
    encoder.buffer.set(bytes, encoder.position);
    encoder.position += bytes.length;
    this.#unfinished -= bytes.length;
  }

  /** So many payload bytes of the current PUBLISH have gone straight to the socket. */
  passed(count: number): void {
    this.#unfinished -= count;
  }

  /** Sends or queues an acknowledgement; false when there is no room for it. */
  ack(type: Ack, id: number): boolean {
    const count = this.#ackCount;
    if (count === 0 && this.#unfinished === 0 && this.encoder.ack(type, id)) return true;
    if (count === maxWaitingAcks) return false;
    this.#acks[count] = type * 0x10000 + id;
    this.#ackCount = count + 1;
    return true;
  }

  /** Sends PINGREQ, now or as soon as a packet may be sent. */
  ping(): void {
    this.#isPingDue = this.#unfinished > 0 || !this.encoder.ping();
  }

  /** Puts DISCONNECT in; false when there is no room. What waits is not sent behind it. */
  disconnect(): boolean {
    this.#hasEnded = this.encoder.disconnect();
    return this.#hasEnded;
  }

  /** Writes what fits into `room` bytes of the socket; returns how many. */
  flush(tcp: TCP, room: number): number {
    const encoder = this.#encoder;
    let written = 0;
    for (;;) {
      if (this.#ackCount > 0 || this.#isPingDue) this.encodeWaiting();
      const start = this.#start;
      const { position } = encoder;
      const end = Math.min(position, start + room - written);
      if (end <= start) return written;
      const { buffer, byteOffset } = encoder.buffer;
      tcp.write(new Uint8Array(buffer, byteOffset + start, end - start));
      written += end - start;
      if (end < position) this.#start = end;
      else {
        this.#start = 0;
        encoder.position = 0;
      }
    }
  }

  private encodeWaiting(): void {
    if (this.#unfinished > 0 || this.#hasEnded) return;
    let done = 0;
    while (done < this.#ackCount) {
      const waiting = this.#acks[done] ?? 0;
      if (!this.encoder.ack((waiting >>> 16) as Ack, waiting & 0xffff)) break;
      done++;
    }
    if (done > 0) {
      this.#acks.copyWithin(0, done, this.#ackCount);
      this.#ackCount -= done;
    }
    if (this.#isPingDue && this.#ackCount === 0) this.#isPingDue = !this.encoder.ping();
  }

  private compact(): void {
    const { buffer, position } = this.#encoder;
    if (this.#start < position) buffer.copyWithin(0, this.#start, position);
    this.#encoder.position = position - this.#start;
    this.#start = 0;
  }
}
