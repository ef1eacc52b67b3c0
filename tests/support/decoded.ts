// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import {
  Decoder,
  FAILED,
  NEEDS_BYTES,
  PAYLOAD,
  PUBLISH_END,
} from "../../modules/mqtt/codec/decoder.ts";
import {
  CONNACK,
  nameOfPacket,
  PINGRESP,
  PUBLISH,
  SUBACK,
} from "../../modules/mqtt/codec/packet.ts";
import { connackBytes } from "./broker-packets.ts";
import { hexOf } from "./hex.ts";

/** A packet from a broker, or the error that ended the stream. */
export type Decoded =
  | { readonly type: "CONNACK"; readonly sessionPresent: boolean; readonly returnCode: number }
  | DecodedPublish
  | {
      readonly type: "PUBACK" | "PUBREC" | "PUBREL" | "PUBCOMP" | "UNSUBACK";
      readonly id: number;
    }
  | { readonly type: "SUBACK"; readonly id: number; readonly codes: readonly number[] }
  | { readonly type: "PINGRESP" }
  | { readonly type: "error"; readonly code: string; readonly statement: string | undefined };

export interface DecodedPublish {
  readonly type: "PUBLISH";
  readonly topic: string;
  readonly QoS: number;
  readonly id: number;
  readonly retain: boolean;
  readonly duplicate: boolean;
  /** As hex; what was there when the stream ended. */
  readonly payload: string;
  /** All of the payload has come. */
  readonly complete: boolean;
}

/** Runs a decoder over pieces and gives everything it makes of them as plain objects. */
export class DecodedStream {
  readonly packets: Decoded[] = [];
  readonly #decoder: Decoder;
  #publish: Omit<DecodedPublish, "payload" | "complete"> | undefined;
  #payload: number[] = [];

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  push(bytes: Uint8Array): void {
    this.#decoder.push(bytes);
    for (let event = this.#decoder.next(); event !== NEEDS_BYTES; event = this.#decoder.next()) {
      if (event === FAILED) {
        this.#fail();
        return;
      }
      this.#take(event);
    }
  }

  /** All packets, with an unfinished message as the last. */
  end(): readonly Decoded[] {
    this.#endOfPublish(false);
    return this.packets;
  }

  #take(event: number): void {
    const decoder = this.#decoder;
    if (event === PUBLISH) this.#startOfPublish();
    else if (event === PAYLOAD) this.#readPayload();
    else if (event === PUBLISH_END) this.#endOfPublish(true);
    else if (event === CONNACK) {
      const { sessionPresent, returnCode } = decoder;
      this.packets.push({ type: "CONNACK", sessionPresent, returnCode });
    } else if (event === PINGRESP) this.packets.push({ type: "PINGRESP" });
    else if (event === SUBACK) {
      const codes = Array.from({ length: decoder.codeCount }, (_, i) => decoder.code(i));
      this.packets.push({ type: "SUBACK", id: decoder.id, codes });
    } else this.packets.push({ type: nameOfPacket(event) as "PUBACK", id: decoder.id });
  }

  #startOfPublish(): void {
    const { topic, QoS, id, retain, duplicate } = this.#decoder;
    this.#publish = { type: "PUBLISH", topic, QoS, id, retain, duplicate };
    this.#payload = [];
  }

  #readPayload(): void {
    const piece = new Uint8Array(this.#decoder.available);
    const count = this.#decoder.read(piece);
    if (count !== piece.length) throw new Error("what is available can not be read");
    for (const byte of piece) this.#payload.push(byte);
  }

  #endOfPublish(complete: boolean): void {
    if (!this.#publish) return;
    const payload = hexOf(Uint8Array.from(this.#payload));
    this.packets.push({ ...this.#publish, payload, complete });
    this.#publish = undefined;
  }

  #fail(): void {
    if (this.packets.at(-1)?.type === "error") return;
    this.#endOfPublish(false);
    const error = this.#decoder.error;
    if (!error) throw new Error("failed without an error");
    this.packets.push({ type: "error", code: error.code, statement: error.statement });
  }
}

/** What a decoder makes of a stream that comes in these pieces. */
export function decodedFrom(decoder: Decoder, pieces: readonly Uint8Array[]): readonly Decoded[] {
  const stream = new DecodedStream(decoder);
  for (const piece of pieces) stream.push(piece);
  return stream.end();
}

/** The bytes one at a time. */
export function singleBytes(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte));
}

/** Pieces glued together. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  // Not by spreading: arguments lie on XS's small stack.
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** A decoder that has seen CONNACK and holds these pieces. */
export function connected(...pieces: readonly Uint8Array[]): Decoder {
  const decoder = new Decoder();
  decoder.push(joined([connackBytes(), ...pieces]));
  assert.equal(decoder.next(), CONNACK);
  return decoder;
}
