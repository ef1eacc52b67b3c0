// SPDX-License-Identifier: MIT

import { createSocket, type Socket } from "node:dgram";
import { joinPayload, splitPayload } from "../../payload.ts";
import { operations } from "../../protocol.ts";

/** One UDP socket of a board. */
export class UDPBridge {
  readonly #socket: Socket;

  constructor(send: (operation: number, payload?: Uint8Array) => void) {
    this.#socket = createSocket("udp4");
    this.#socket.on("message", (bytes, { address, port }) => {
      send(operations.udpData, joinPayload({ address, port }, bytes));
    });
    // A datagram that could not be sent is a datagram that was lost.
    this.#socket.on("error", () => {});
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
