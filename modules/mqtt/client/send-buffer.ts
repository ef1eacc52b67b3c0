// SPDX-License-Identifier: MIT

import type { TCP } from "../../ecma-419/tcp.ts";
import { Encoder } from "../codec/encoder.ts";
import type { Ack } from "../codec/packet.ts";

/** Acknowledgements that wait while a long message keeps them from being sent. */
const WAITING_ACKS = 16;

/**
 * Bytes on their way to the socket: packets are encoded here and written as the socket has room.
 * Fixed size. A PUBLISH may go in piece by piece; acknowledgements that come up meanwhile wait in a
 * small queue, because nothing may be put between the pieces.
 */
export class SendBuffer {
  readonly #encoder: Encoder;
  readonly #acks = new Uint32Array(WAITING_ACKS);
  #ackCount = 0;
  #start = 0;
  #unfinished = 0;
  #pingDue = false;
  #ended = false;

  /** `size` in bytes. */
  constructor(size: number) {
    this.#encoder = new Encoder(new Uint8Array(size));
  }

  /** For a whole packet, or the header of a PUBLISH: the encoder, with the free bytes in one piece. */
  get encoder(): Encoder {
    this.#compact();
    return this.#encoder;
  }

  /** Bytes that can be put in now. */
  get free(): number {
    return this.#encoder.buffer.length - this.#encoder.position + this.#start;
  }

  /** Payload bytes of the current PUBLISH that have not been given yet. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /** True when no further acknowledgement can be taken: time not to read any more. */
  get full(): boolean {
    return this.#ackCount === WAITING_ACKS;
  }

  /** A PUBLISH header was encoded: `byteLength` bytes of payload have to follow. */
  begin(byteLength: number): void {
    this.#unfinished = byteLength;
  }

  /** Payload of the current PUBLISH; at most `free` and `unfinished` bytes. */
  append(bytes: Uint8Array): void {
    this.#compact();
    this.#encoder.buffer.set(bytes, this.#encoder.position);
    this.#encoder.position += bytes.length;
    this.#unfinished -= bytes.length;
  }

  /** Sends or queues an acknowledgement; false when there is no room for it. */
  ack(type: Ack, id: number): boolean {
    if (this.#ackCount === 0 && this.#unfinished === 0 && this.encoder.ack(type, id)) return true;
    if (this.full) return false;
    this.#acks[this.#ackCount++] = type * 0x10000 + id;
    return true;
  }

  /** Sends PINGREQ, now or as soon as a packet may be sent. */
  ping(): void {
    this.#pingDue = this.#unfinished > 0 || !this.encoder.ping();
  }

  /** Puts DISCONNECT in; false when there is no room. What waits is not sent behind it. */
  disconnect(): boolean {
    this.#ended = this.encoder.disconnect();
    return this.#ended;
  }

  /** Writes what fits into `room` bytes of the socket; returns how many. */
  flush(tcp: TCP, room: number): number {
    let written = 0;
    for (;;) {
      this.#encodeWaiting();
      const end = Math.min(this.#encoder.position, this.#start + room - written);
      if (end <= this.#start) return written;
      tcp.write(this.#encoder.buffer.subarray(this.#start, end));
      written += end - this.#start;
      this.#start = end;
    }
  }

  #encodeWaiting(): void {
    if (this.#unfinished > 0 || this.#ended) return;
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
    if (this.#pingDue && this.#ackCount === 0) this.#pingDue = !this.encoder.ping();
  }

  #compact(): void {
    if (this.#start === 0) return;
    const { buffer, position } = this.#encoder;
    if (this.#start < position) buffer.copyWithin(0, this.#start, position);
    this.#encoder.position = position - this.#start;
    this.#start = 0;
  }
}
