// SPDX-License-Identifier: MIT

import { createSocket, type Socket } from "node:dgram";
import { joinPayload, splitPayload } from "../../payload.ts";
import { operations } from "../../protocol.ts";

/** Those below 1024 are not for everybody: any free one in place of them. */
export function freePort(port: number): number {
  return port < 1_024 ? 0 : port;
}

/** One UDP socket of a board. */
export class UDPBridge {
  readonly #socket: Socket;

  /** `port`: where it can be reached on the loopback; 0: it is not. */
  constructor(port: number, send: (operation: number, payload?: Uint8Array) => void) {
    this.#socket = createSocket("udp4");
    this.#socket.on("message", (bytes, { address, port }) => {
      send(operations.udpData, joinPayload({ address, port }, bytes));
    });
    // A datagram that could not be sent is a datagram that was lost.
    this.#socket.on("error", () => {});
    if (port > 0) this.#socket.bind(freePort(port), "127.0.0.1");
  }

  send(payload: Uint8Array): void {
    const { head, rest } = splitPayload(payload);
    const { address, port } = head as { address: string; port: number };
    this.#socket.send(rest, port, address);
  }

  close(): void {
    this.#socket.close();
  }
}
