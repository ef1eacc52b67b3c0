// SPDX-License-Identifier: MIT

import { Decoder, FAILED, NEEDS_BYTES, PAYLOAD, PUBLISH_END } from "../codec/decoder.ts";
import { PUBLISH } from "../codec/packet.ts";
import type { MqttError } from "../mqtt-error.ts";
import type { ReadableInfo } from "./client-options.ts";

export interface InboundOptions {
  /** Bytes. */
  readonly receiveBuffer: number;
  readonly longestTopic: number;
  readonly largestPacket: number;
}

/** Where bytes come from and packets go to. */
export interface InboundOwner {
  /** Fills the buffer from the socket; 0 when nothing is there. */
  inboundRead(buffer: Uint8Array): number;
  /** False when no packet can be dealt with now. */
  inboundReady(): boolean;
  /** Part of a message can be read. */
  inboundMessage(count: number, info: ReadableInfo): void;
  /** A message was read to its end or skipped: then `acknowledge` says who acknowledges it. */
  inboundMessageEnd(decoder: Decoder, acknowledge: boolean): void;
  /** Any other packet; its fields are in the decoder. */
  inboundPacket(operation: number, decoder: Decoder): void;
  inboundFailed(error: MqttError): void;
  /** Reading waits for the application (true), goes on again (false). */
  inboundHeld(held: boolean): void;
}

/** Bytes from the socket to packets: reads no more than the application takes. */
export class Inbound {
  readonly #owner: InboundOwner;
  readonly #decoder: Decoder;
  readonly #buffer: Uint8Array;
  #running = false;
  #first = false;
  #skipped = false;
  #held = false;
  #closed = false;

  constructor(options: InboundOptions, owner: InboundOwner) {
    this.#owner = owner;
    this.#buffer = new Uint8Array(options.receiveBuffer);
    this.#decoder = new Decoder(options);
  }

  /** Message bytes that can be read now. */
  get available(): number {
    return this.#decoder.available;
  }

  /** Deals with everything that is there, until it is used up or must wait. */
  pump(): void {
    if (this.#running || this.#held) return;
    this.#running = true;
    try {
      while (!this.#closed && this.#owner.inboundReady() && this.#step());
    } finally {
      this.#running = false;
    }
  }

  read(target: Uint8Array): number {
    const count = this.#decoder.read(target);
    if (this.#held && this.#decoder.available === 0) this.#release();
    return count;
  }

  /** Drops the rest of the current message. */
  skip(acknowledge: boolean): void {
    this.#skipped = acknowledge;
    this.#decoder.skip();
    if (this.#held) this.#release();
  }

  /** Nothing is told afterwards. */
  close(): void {
    this.#closed = true;
  }

  #release(): void {
    this.#held = false;
    this.#owner.inboundHeld(false);
  }

  #step(): boolean {
    const decoder = this.#decoder;
    const event = decoder.next();
    switch (event) {
      case NEEDS_BYTES:
        return this.#fill();
      case FAILED:
        if (decoder.error) this.#owner.inboundFailed(decoder.error);
        return false;
      case PUBLISH:
        this.#begin();
        break;
      case PAYLOAD:
        this.#tell(decoder.available);
        break;
      case PUBLISH_END:
        this.#owner.inboundMessageEnd(decoder, this.#skipped);
        break;
      default:
        this.#owner.inboundPacket(event, decoder);
    }
    return !this.#held;
  }

  #fill(): boolean {
    const count = this.#owner.inboundRead(this.#buffer);
    if (count > 0) this.#decoder.push(this.#buffer, count);
    return count > 0;
  }

  #begin(): void {
    const decoder = this.#decoder;
    this.#skipped = decoder.oversize;
    this.#first = true;
    if (decoder.oversize) decoder.skip();
    else if (decoder.byteLength === 0) this.#tell(0);
  }

  #tell(count: number): void {
    const decoder = this.#decoder;
    const more = decoder.remaining > count;
    const info = this.#first ? this.#firstInfo(more) : { more };
    this.#first = false;
    this.#owner.inboundMessage(count, info);
    if (this.#closed || decoder.available === 0) return;
    this.#held = true;
    this.#owner.inboundHeld(true);
  }

  #firstInfo(more: boolean): ReadableInfo {
    const { topic, QoS, byteLength, retain, duplicate, id } = this.#decoder;
    return { more, topic, QoS, byteLength, retain, duplicate, id };
  }
}
