// SPDX-License-Identifier: MIT

import { lookup } from "node:dns";
import { createServer, type Server, type Socket } from "node:net";
import { u32 } from "../../payload.ts";
import { channels, operations, type TCPTarget } from "../../protocol.ts";
import type { TurnLoop } from "../engine/turn-loop.ts";
import { MessageCount, type MessageTotals } from "./message-count.ts";
import { TCPBridge } from "./tcp-bridge.ts";
import { freePort, UDPBridge } from "./udp-bridge.ts";

/** Sockets and names of one board's firmware, on the PC's network. */
export class BoardNetwork {
  readonly #loop: TurnLoop;
  readonly #totals: MessageTotals;
  readonly #tcp = new Map<number, TCPBridge>();
  readonly #udp = new Map<number, UDPBridge>();
  readonly #listeners = new Map<number, Server>();
  /** Handles of accepted connections; the firmware's own are smaller. */
  #nextAccepted = 2 ** 31;

  /** `totals`: where its messages are counted. */
  constructor(loop: TurnLoop, totals: MessageTotals) {
    this.#loop = loop;
    this.#totals = totals;
  }

  onTCP(operation: number, handle: number, payload: Uint8Array): void {
    const bridge = this.#tcp.get(handle);
    if (operation === operations.tcpOpen) this.open(handle, payload);
    else if (operation === operations.tcpWrite) bridge?.write(payload);
    else if (operation === operations.tcpConsumed) {
      bridge?.consumed(numberIn(payload));
    } else if (operation === operations.tcpClose) {
      bridge?.close();
      this.#tcp.delete(handle);
    }
  }

  onUDP(operation: number, handle: number, payload: Uint8Array): void {
    if (operation === operations.udpOpen) {
      const send = (answer: number, bytes?: Uint8Array) => {
        this.#loop.post(channels.udp, answer, handle, bytes);
      };
      this.#udp.set(handle, new UDPBridge(numberIn(payload), send));
    } else if (operation === operations.udpSend) this.#udp.get(handle)?.send(payload);
    else {
      this.#udp.get(handle)?.close();
      this.#udp.delete(handle);
    }
  }

  onListener(operation: number, handle: number, payload: Uint8Array): void {
    if (operation === operations.listenerClose) {
      this.#listeners.get(handle)?.close();
      this.#listeners.delete(handle);
      return;
    }
    const server = createServer((socket) => this.accept(handle, socket));
    this.#listeners.set(handle, server);
    const say = (answer: number, bytes: Uint8Array) => {
      this.#loop.post(channels.listener, answer, handle, bytes);
    };
    server.on("error", (error) => say(operations.listenerFailed, Buffer.from(error.message)));
    server.listen(freePort(numberIn(payload)), "127.0.0.1", () => {
      const address = server.address();
      if (address && typeof address === "object") say(operations.listenerOpened, u32(address.port));
    });
  }

  onDNS(handle: number, payload: Uint8Array): void {
    lookup(new TextDecoder().decode(payload), { family: 4 }, (error, address) => {
      if (error) this.#loop.post(channels.dns, operations.dnsFailed, handle);
      else {
        const text = new TextEncoder().encode(address);
        this.#loop.post(channels.dns, operations.dnsResolved, handle, text);
      }
    });
  }

  /** Cuts every connection, as a lost radio link does. */
  cut(): void {
    for (const bridge of this.#tcp.values()) bridge.cut();
  }

  close(): void {
    for (const bridge of this.#tcp.values()) bridge.close();
    for (const bridge of this.#udp.values()) bridge.close();
    for (const server of this.#listeners.values()) server.close();
    this.#listeners.clear();
    this.#tcp.clear();
    this.#udp.clear();
  }

  private open(handle: number, payload: Uint8Array): void {
    const send = this.sender(handle);
    try {
      const target = JSON.parse(new TextDecoder().decode(payload)) as TCPTarget;
      this.#tcp.set(handle, new TCPBridge({ target, send, count: new MessageCount(this.#totals) }));
    } catch (error) {
      send(operations.tcpClosed, new TextEncoder().encode(`${error}`));
    }
  }

  private accept(listener: number, socket: Socket): void {
    const handle = this.#nextAccepted++;
    this.#loop.post(channels.listener, operations.listenerAccepted, listener, u32(handle));
    this.#tcp.set(handle, new TCPBridge({ target: socket, send: this.sender(handle) }));
  }

  private sender(handle: number): (operation: number, bytes?: Uint8Array) => void {
    return (operation, bytes) => this.#loop.post(channels.tcp, operation, handle, bytes);
  }
}

/** The number that a payload begins with. */
function numberIn(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0);
}
