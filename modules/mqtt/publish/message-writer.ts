// SPDX-License-Identifier: MIT

import type { MqttClient } from "../client/mqtt-client.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";

/** A message in pieces begins only when at least so many bytes of payload go with its header. */
const SMALLEST_PIECE = 32;

/** Writes one message after the other to a client, in pieces when it does not fit as a whole. */
export class MessageWriter {
  readonly #size: number;
  #message: OutgoingMessage | undefined;
  #written = 0;

  /** `size`: that of the client's send buffer, bytes. */
  constructor(size: number) {
    this.#size = size;
  }

  /** The message that has begun and is not written to its end. */
  get message(): OutgoingMessage | undefined {
    return this.#message;
  }

  /** True when there is room enough to begin: for all of it, or a piece of what can never fit. */
  canBegin(client: MqttClient, message: OutgoingMessage): boolean {
    const { header, payload } = message.facts;
    const room = client.writable;
    const whole = header + payload.length;
    return whole <= room || (whole > this.#size && room >= header + SMALLEST_PIECE);
  }

  /** Writes header and payload, or what fits of it; true when all of it is written. */
  begin(client: MqttClient, message: OutgoingMessage): boolean {
    const { topic, payload, QoS, retain, header } = message.facts;
    const { id, sent: duplicate } = message;
    const byteLength = payload.length;
    const count = Math.min(byteLength, client.writable - header);
    const piece = count < byteLength ? payload.subarray(0, count) : payload;
    message.sent = QoS > 0;
    client.write(piece, { topic, QoS, retain, duplicate, id, byteLength });
    this.#written = count;
    this.#message = count < byteLength ? message : undefined;
    return count === byteLength;
  }

  /** Writes the next piece: false when there is no room for one. */
  continue(client: MqttClient): boolean {
    const payload = this.#message?.facts.payload;
    const count = Math.min(client.writable, (payload?.length ?? 0) - this.#written);
    if (payload === undefined || count === 0) return false;
    client.write(payload.subarray(this.#written, this.#written + count));
    this.#written += count;
    if (this.#written === payload.length) this.#message = undefined;
    return true;
  }

  /** The connection is gone: gives the unfinished message out. */
  abort(): OutgoingMessage | undefined {
    const message = this.#message;
    this.#message = undefined;
    return message;
  }
}
