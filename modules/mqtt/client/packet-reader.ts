// SPDX-License-Identifier: MIT

import type { ReadableInfo } from "../../ecma-419/mqtt-client.ts";
import { Decoder, FAILED, NEEDS_BYTES, PAYLOAD, PUBLISH_END } from "../codec/decoder.ts";
import { type Ack, LARGEST_ID, PUBACK, PUBCOMP, PUBLISH } from "../codec/packet.ts";
import type { MqttError } from "../mqtt-error.ts";

export interface PacketReaderOptions {
  readonly source: ByteSource;
  /** Bytes. */
  readonly receiveBuffer: number;
  readonly longestTopic: number;
  readonly largestPacket: number;
}

/** Where the bytes come from. */
export interface ByteSource {
  /** Fills the buffer; returns the number of bytes, 0 when nothing is there. */
  read(buffer: Uint8Array): number;
}

/** Where the packets go to. */
export interface PacketReaderOwner {
  /** False when no packet can be dealt with now, nor ever again. */
  readonly isReadyForPackets: boolean;
  /** Part of a message can be read. */
  messageReadable(count: number, info: ReadableInfo): void;
  /** A message that needs something was read to its end or skipped: then `acknowledge` says who acknowledges it. */
  messageEnded(decoder: Decoder, acknowledge: boolean): void;
  ackReceived(operation: Ack, id: number): void;
  /** Any other packet; its fields are in the decoder. */
  packetReceived(operation: number, decoder: Decoder): void;
  readingFailed(error: MqttError): void;
  /** Reading waits for the application (true), goes on again (false). */
  readingHeld(isHeld: boolean): void;
}

/** Bytes of an acknowledgement. */
const ackSize = 4;

const withMore: ReadableInfo = Object.freeze({ more: true });
const withoutMore: ReadableInfo = Object.freeze({ more: false });

/**
 * Bytes from the socket to packets: reads no more than the application takes. What is missing of a
 * message goes from the socket into the application's buffer; only what comes in front of it, and
 * what came together with that, goes through a buffer here.
 */
export class PacketReader {
  /** Bytes that the socket has reported and that were not read. */
  unread = 0;
  readonly #owner: PacketReaderOwner;
  readonly #source: ByteSource;
  readonly #decoder: Decoder;
  readonly #buffer: Uint8Array;
  /** Bytes of the current message that were announced to the application and not read yet. */
  #announced = 0;
  /** It was also announced that more of the message follows. */
  #hasAnnouncedMore = false;
  #isRunning = false;
  /** The next piece is the first of its message. */
  #isFirst = false;
  #isSkipped = false;
  #isHeld = false;

  constructor(options: PacketReaderOptions, owner: PacketReaderOwner) {
    this.#owner = owner;
    this.#source = options.source;
    this.#buffer = new Uint8Array(options.receiveBuffer);
    this.#decoder = new Decoder(options);
  }

  /** What was read from the socket last, in a buffer that is used again. */
  get bytes(): Uint8Array {
    return this.#buffer;
  }

  /** Deals with everything that is there, until it is used up or must wait. */
  pump(): void {
    if (this.#isRunning || this.#isHeld) return;
    this.#isRunning = true;
    const owner = this.#owner;
    while (owner.isReadyForPackets && this.step() && !this.#isHeld);
    this.#isRunning = false;
  }

  /** Fills the target with bytes of the current message, as many as there are. */
  readInto(target: Uint8Array): number {
    const wanted = target.length;
    if (this.#announced === 0 || wanted === 0) return 0;
    const decoder = this.#decoder;
    let count = decoder.missing > 0 ? 0 : decoder.read(target);
    if (count < wanted) count += this.readThrough(target, count);
    // Nothing although something was announced: the socket was wrong, and will report it again.
    this.taken(count === 0 ? this.#announced : count);
    return count;
  }

  /** The same into a buffer of its own; at most `wanted` of the bytes that were announced. */
  read(wanted: number | undefined): ArrayBuffer | undefined {
    const announced = this.#announced;
    const count = wanted === undefined || wanted >= announced ? announced : wanted | 0;
    if (count <= 0) return undefined;
    const decoder = this.#decoder;
    if (decoder.missing > 0) {
      const bytes = new Uint8Array(count);
      const length = this.readInto(bytes);
      if (length === 0) return undefined;
      return length === count ? bytes.buffer : bytes.buffer.slice(0, length);
    }
    const bytes = decoder.take(count);
    this.taken(count);
    return bytes;
  }

  /** Drops the rest of the current message. */
  skip(acknowledge: boolean): void {
    this.#isSkipped = acknowledge;
    this.#hasAnnouncedMore = false;
    this.#announced = 0;
    this.#decoder.skip();
    if (this.#isHeld) this.release();
  }

  /** Nothing is reported afterwards. */
  close(): void {
    this.#announced = 0;
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
      const count = this.#source.read(buffer);
      // One that does not fill the buffer was the last, until the socket reports more.
      this.unread = count < buffer.length ? 0 : unread - count;
      if (count <= 0) return false;
      decoder.push(buffer, count);
      // Half of all packets, and most come alone: not through all that a message needs.
      if (count === ackSize) {
        const ack = decoder.takeAck();
        if (ack !== 0) {
          this.#owner.ackReceived((ack >> 16) as Ack, ack & LARGEST_ID);
          return this.unread > 0;
        }
      }
      event = decoder.next();
    }
    if (event === PUBLISH) this.begin();
    else if (event === PAYLOAD) this.notify(decoder.available);
    else if (event === PUBLISH_END) {
      if (this.#hasAnnouncedMore) this.notifyEnd();
      if (decoder.QoS !== 0 || decoder.oversize) {
        this.#owner.messageEnded(decoder, this.#isSkipped);
      }
    } else if (event === FAILED) {
      if (decoder.error) this.#owner.readingFailed(decoder.error);
      return false;
    } else if (event >= PUBACK && event <= PUBCOMP) {
      this.#owner.ackReceived(event as Ack, decoder.id);
    } else if (event !== NEEDS_BYTES) this.#owner.packetReceived(event, decoder);
    // Nothing left of either: the packet was the last.
    return this.unread > 0 || !decoder.isDrained;
  }

  private readThrough(target: Uint8Array, start: number): number {
    const decoder = this.#decoder;
    const room = target.length - start;
    let count = decoder.missing;
    if (count > this.unread) count = this.unread;
    if (count > room) count = room;
    if (count <= 0) return 0;
    const part = count === target.length ? target : target.subarray(start, start + count);
    const read = this.#source.read(part);
    this.unread = read < count ? 0 : this.unread - read;
    decoder.passed(read);
    return read;
  }

  private taken(count: number): void {
    const rest = this.#announced - count;
    this.#announced = rest > 0 ? rest : 0;
    if (rest <= 0 && this.#isHeld) this.release();
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
    this.#hasAnnouncedMore = false;
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
    this.#hasAnnouncedMore = more;
    this.#announced = count;
    this.#owner.messageReadable(count, info);
    if (this.#announced === 0) return;
    this.#isHeld = true;
    this.#owner.readingHeld(true);
  }

  /** The application has read more than was announced, to the end. */
  private notifyEnd(): void {
    this.#hasAnnouncedMore = false;
    this.#owner.messageReadable(0, withoutMore);
  }
}
