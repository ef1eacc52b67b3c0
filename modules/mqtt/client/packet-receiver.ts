// SPDX-License-Identifier: MIT

import type { Decoder } from "../codec/decoder.ts";
import { type Ack, PUBACK, PUBCOMP, PUBREC, PUBREL, SUBACK } from "../codec/packet.ts";
import type { ClientCallbacks } from "./client-callbacks.ts";
import type { SendBuffer } from "./send-buffer.ts";

export interface PacketReceiverOptions {
  readonly callbacks: ClientCallbacks;
  readonly out: SendBuffer;
  /** True when the client acknowledges, false when the application does. */
  readonly acknowledges: boolean;
  /** An acknowledgement goes out. */
  readonly onAck: () => void;
}

/** What arrives on an accepted connection: told to the application, answered where it is ours to. */
export class PacketReceiver {
  readonly #options: PacketReceiverOptions;

  constructor(options: PacketReceiverOptions) {
    this.#options = options;
  }

  /** A message was read to its end, or skipped: then `acknowledge` says who acknowledges it. */
  messageEnd(decoder: Decoder, acknowledge: boolean): void {
    const { QoS, id, byteLength, oversize } = decoder;
    const { acknowledges, callbacks } = this.#options;
    if (oversize) callbacks.skipped(byteLength);
    if (QoS === 0 || !(acknowledge || acknowledges)) return;
    this.#ack(QoS === 1 ? PUBACK : PUBREC, id);
  }

  /** Any packet but CONNACK and messages. */
  packet(operation: number, decoder: Decoder): void {
    const { id } = decoder;
    const { acknowledges, callbacks } = this.#options;
    if (acknowledges && operation === PUBREC) this.#ack(PUBREL, id);
    if (acknowledges && operation === PUBREL) this.#ack(PUBCOMP, id);
    const payload = operation === SUBACK ? codesOf(decoder) : undefined;
    callbacks.control(payload ? { operation, id, payload } : { operation, id });
  }

  #ack(operation: Ack, id: number): void {
    // There is room: nothing is read while there is none.
    this.#options.out.ack(operation, id);
    this.#options.onAck();
  }
}

function codesOf(decoder: Decoder): Uint8Array {
  const codes = new Uint8Array(decoder.codeCount);
  for (let i = 0; i < codes.length; i++) codes[i] = decoder.code(i);
  return codes;
}
