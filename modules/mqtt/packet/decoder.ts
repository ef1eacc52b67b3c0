// SPDX-License-Identifier: MIT

import type { QoS } from "../../ecma-419/mqtt-client.ts";
import type { MqttError } from "../mqtt-error.ts";

/** `next()`: everything that was pushed has been used. */
export const NEEDS_BYTES = 0;
/** `next()`: payload of the current PUBLISH is there; `read` or `skip` it. */
export const PAYLOAD = 16;
/** `next()`: the current PUBLISH is complete, its payload read or skipped; time to acknowledge. */
export const PUBLISH_END = 17;
/** `next()`: an illegal packet arrived; see `error`. */
export const FAILED = -1;

export interface DecoderOptions {
  /** A PUBLISH with more bytes than this is marked `oversize`; default 4,096. */
  readonly largestPacket?: number | undefined;
  /**
   * Longest topic in bytes, default 256, at least 64: the size of the only buffer. A longer one is checked
   * but not kept: the message is marked `oversize` and its topic is "".
   */
  readonly longestTopic?: number | undefined;
}

/**
 * Turns what a broker sends into packets. The bytes come in pieces of any size:
 *
 *     decoder.push(piece, count);
 *     for (let event = decoder.next(); event !== NEEDS_BYTES; event = decoder.next()) …
 *
 * `next` goes on to the next event and returns its number: a packet type (`CONNACK`, `PUBLISH`,
 * `PUBACK`, `PUBREC`, `PUBREL`, `PUBCOMP`, `SUBACK`, `UNSUBACK`, `PINGRESP`), `PAYLOAD`,
 * `PUBLISH_END`, `NEEDS_BYTES` or `FAILED`; the fields of the event are read from the decoder and
 * hold until `next` is called again. A message is `PUBLISH`, then any number of `PAYLOAD`, then
 * always `PUBLISH_END`. Nothing is called back and no payload is kept, so whoever does not want
 * more for now just stops calling `next`, and does not read the socket.
 *
 * It never throws on bytes and allocates nothing but topics and its error. After the first illegal
 * packet every `next` returns `FAILED`.
 */
export class Decoder {
  constructor(_options: DecoderOptions = {}) {}

  /** Ready for a new connection: the first packet must be CONNACK again. Drops what was pushed. */
  reset(): void {}

  /**
   * Gives the next piece: `count` bytes (default all) of `bytes`. They are not copied: leave them alone
   * until `next` has returned `NEEDS_BYTES`. Throws a RangeError when the last piece is not used up.
   */
  push(_bytes: Uint8Array, _count?: number): void {}

  /** Goes on to the next event and returns its number. */
  next(): number {
    return NEEDS_BYTES;
  }

  /** What was wrong, once `next` has returned `FAILED`. */
  get error(): MqttError | undefined {
    return undefined;
  }

  /** CONNACK: the broker kept our session. */
  get sessionPresent(): boolean {
    return false;
  }

  /** CONNACK: 0 accepted, 1–5 refused (section 3.2.2.3). */
  get returnCode(): number {
    return 0;
  }

  /** Packet id of an ack, SUBACK, UNSUBACK, or PUBLISH with QoS 1 or 2; 0 when there is none. */
  get id(): number {
    return 0;
  }

  /** SUBACK: number of codes, one for each filter. */
  get codeCount(): number {
    return 0;
  }

  /** SUBACK: code of filter `index`: the granted QoS, or `SUBSCRIBE_REFUSED`. */
  code(_index: number): number {
    return 0;
  }

  /** PUBLISH: valid until `PUBLISH_END`, like the other fields of a message. */
  get topic(): string {
    return "";
  }

  get QoS(): QoS {
    return 0;
  }

  get retain(): boolean {
    return false;
  }

  get duplicate(): boolean {
    return false;
  }

  /** PUBLISH: length of the whole payload in bytes, 0–268,435,452. */
  get byteLength(): number {
    return 0;
  }

  /** PUBLISH: the packet or its topic is over a limit. */
  get oversize(): boolean {
    return false;
  }

  /** Payload bytes of the current message that can be read now. */
  get available(): number {
    return 0;
  }

  /** Payload bytes of the current message that were not read or skipped, arrived or not. */
  get remaining(): number {
    return 0;
  }

  /**
   * Copies at most `count` (default: as many as fit) available payload bytes to `target` from `start` (default 0) on;
   * returns how many.
   */
  read(_target: Uint8Array, _start?: number, _count?: number): number {
    return 0;
  }

  /** Drops the rest of the current payload, also what has not arrived; `PUBLISH_END` still comes. */
  skip(): void {}
}
