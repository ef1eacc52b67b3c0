// SPDX-License-Identifier: MIT

import type { ReadableInfo } from "../../ecma-419/mqtt-client.ts";
import { Decoder, FAILED, NEEDS_BYTES, PAYLOAD, PUBLISH_END } from "../codec/decoder.ts";
import { PUBLISH } from "../codec/packet.ts";
import type { MqttError } from "../mqtt-error.ts";

export interface PacketReaderOptions {
  /** Bytes. */
  readonly receiveBuffer: number;
  readonly longestTopic: number;
  readonly largestPacket: number;
}

/** Where bytes come from and packets go to. */
export interface PacketReaderOwner {
  /** False when no packet can be dealt with now. */
  readonly isReadyForPackets: boolean;
  /** Fills the buffer from the socket; 0 when nothing is there. */
  readSocket(buffer: Uint8Array): number;
  /** Part of a message can be read. */
  messageReadable(count: number, info: ReadableInfo): void;
  /** A message was read to its end or skipped: then `acknowledge` says who acknowledges it. */
  messageEnded(decoder: Decoder, acknowledge: boolean): void;
  /** Any other packet; its fields are in the decoder. */
  packetReceived(operation: number, decoder: Decoder): void;
  readingFailed(error: MqttError): void;
  /** Reading waits for the application (true), goes on again (false). */
  readingHeld(isHeld: boolean): void;
}

const withMore: ReadableInfo = Object.freeze({ more: true });
const withoutMore: ReadableInfo = Object.freeze({ more: false });

/**
 * Bytes from the socket to packets: reads no more than the application takes. What is missing of a
 * message goes from the socket into the application's buffer; only what comes in front of it, and
 * what came together with that, goes through a buffer here.
 */
export class PacketReader {
  /** Bytes that the socket has told of and that were not read. */
  unread = 0;
  readonly #owner: PacketReaderOwner;
  readonly #decoder: Decoder;
  readonly #buffer: Uint8Array;
  /** Bytes of the current message that the application was told of and has not read. */
  #told = 0;
  /** The application was told that more of the message follows. */
  #hasToldMore = false;
  #isRunning = false;
  /** The next piece is the first of its message. */
  #isFirst = false;
  #isSkipped = false;
  #isHeld = false;
  #isClosed = false;

  constructor(options: PacketReaderOptions, owner: PacketReaderOwner) {
    this.#owner = owner;
    this.#buffer = new Uint8Array(options.receiveBuffer);
    this.#decoder = new Decoder(options);
  }

  /** Message bytes that can be read now, of those the application was told of. */
  get available(): number {
    return this.#told;
  }

  /** Deals with everything that is there, until it is used up or must wait. */
  pump(): void {
    if (this.#isRunning || this.#isHeld) return;
    this.#isRunning = true;
    const owner = this.#owner;
    while (!this.#isHeld && !this.#isClosed && owner.isReadyForPackets && this.step());
    this.#isRunning = false;
  }

  /** Fills the target with bytes of the current message, as many as there are. */
  read(target: Uint8Array): number {
    if (this.#told === 0 || target.length === 0) return 0;
    const count = this.#decoder.read(target);
    return this.taken(count < target.length ? count + this.readThrough(target, count) : count);
  }

  /** The same into a buffer of its own; `count` is from 1 to `available`. */
  take(count: number): ArrayBuffer {
    const decoder = this.#decoder;
    if (count <= decoder.available) {
      this.taken(count);
      return decoder.take(count);
    }
    const bytes = new Uint8Array(count);
    const length = this.read(bytes);
    return length === count ? bytes.buffer : bytes.buffer.slice(0, length);
  }

  /** Drops the rest of the current message. */
  skip(acknowledge: boolean): void {
    this.#isSkipped = acknowledge;
    this.#hasToldMore = false;
    this.#told = 0;
    this.#decoder.skip();
    if (this.#isHeld) this.release();
  }

  /** Nothing is told afterwards. */
  close(): void {
    this.#isClosed = true;
    this.#told = 0;
  }

  /** False when there is nothing more to do. */
  private step(): boolean {
    const decoder = this.#decoder;
    let event = decoder.next();
    if (event === NEEDS_BYTES) {
      const unread = this.unread;
      if (unread <= 0) return false;
      const buffer = this.#buffer;
      const missing = decoder.missing;
      if (missing > 0) {
        this.notify(Math.min(missing, unread, buffer.length));
        return true;
      }
      const count = this.readSocket(buffer);
      if (count <= 0) return false;
      decoder.push(buffer, count);
      event = decoder.next();
    }
    if (event === PUBLISH) this.begin();
    else if (event === PAYLOAD) this.notify(decoder.available);
    else if (event === PUBLISH_END) {
      if (this.#hasToldMore) this.notifyEnd();
      this.#owner.messageEnded(decoder, this.#isSkipped);
    } else if (event === FAILED) {
      if (decoder.error) this.#owner.readingFailed(decoder.error);
      return false;
    } else if (event !== NEEDS_BYTES) this.#owner.packetReceived(event, decoder);
    return true;
  }

  /** A read that does not fill the buffer was the last until the socket tells of more. */
  private readSocket(buffer: Uint8Array): number {
    const count = this.#owner.readSocket(buffer);
    this.unread = count < buffer.length ? 0 : this.unread - count;
    return count;
  }

  private readThrough(target: Uint8Array, start: number): number {
    const decoder = this.#decoder;
    const count = Math.min(decoder.missing, this.unread, target.length - start);
    if (count <= 0) return 0;
    const whole = start === 0 && count === target.length;
    const read = this.readSocket(whole ? target : target.subarray(start, start + count));
    decoder.passed(read);
    return read;
  }

  private taken(count: number): number {
    // Nothing although something was told of: the socket has changed its mind, and will tell again.
    const told = count === 0 ? 0 : this.#told - count;
    this.#told = told > 0 ? told : 0;
    if (told <= 0 && this.#isHeld) this.release();
    return count;
  }

  private release(): void {
    this.#isHeld = false;
    this.#owner.readingHeld(false);
  }

  private begin(): void {
    const decoder = this.#decoder;
    const oversize = decoder.oversize;
    this.#isSkipped = oversize;
    this.#isFirst = true;
    this.#hasToldMore = false;
    if (oversize) {
      decoder.skip();
      return;
    }
    const available = decoder.available;
    if (available > 0 || decoder.byteLength === 0) this.notify(available);
  }

  private notify(count: number): void {
    const decoder = this.#decoder;
    const more = decoder.remaining > count;
    const info = this.#isFirst ? decoder.messageInfo(more) : more ? withMore : withoutMore;
    this.#isFirst = false;
    this.#hasToldMore = more;
    this.#told = count;
    this.#owner.messageReadable(count, info);
    if (this.#told === 0) return;
    this.#isHeld = true;
    this.#owner.readingHeld(true);
  }

  /** The application has read more than it was told of, to the end. */
  private notifyEnd(): void {
    this.#hasToldMore = false;
    this.#owner.messageReadable(0, withoutMore);
  }
}
