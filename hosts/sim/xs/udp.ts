// SPDX-License-Identifier: MIT

import type { Datagram, UDP, UDPOptions } from "../../../modules/ecma-419/udp.ts";
import { joinPayload, splitPayload, u32 } from "../payload.ts";
import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";

/** Datagrams kept until they are read; further ones are lost, as on a network. */
const mostWaiting = 8;

/** ECMA-419 UDP over the Node side's sockets. */
export class SimUDP implements UDP {
  readonly #handle: number;
  readonly #options: UDPOptions;
  readonly #received: Datagram[] = [];

  constructor(options: UDPOptions) {
    this.#options = options;
    this.#handle = link.open(channels.udp, (_operation, payload) => this.receive(payload));
    link.send(channels.udp, operations.udpOpen, this.#handle, u32(options.port ?? 0));
  }

  read(): Datagram | undefined {
    return this.#received.shift();
  }

  write(buffer: Uint8Array, address: string, port: number): void {
    const payload = joinPayload({ address, port }, buffer);
    link.send(channels.udp, operations.udpSend, this.#handle, payload);
  }

  close(): void {
    link.close(channels.udp, this.#handle);
    link.send(channels.udp, operations.udpClose, this.#handle);
  }

  private receive(payload: Uint8Array): void {
    if (this.#received.length >= mostWaiting) return;
    const { head, rest } = splitPayload(payload);
    const from = head as { address: string; port: number };
    this.#received.push(Object.assign(rest.slice().buffer, from));
    this.#options.onReadable?.(this.#received.length);
  }
}
