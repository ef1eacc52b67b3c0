// SPDX-License-Identifier: MIT

import { connect, Socket } from "node:net";
import { u32 } from "../../payload.ts";
import { operations, type TCPTarget } from "../../protocol.ts";
import type { MessageCount } from "./message-count.ts";
import { openTLS, reasonTLS } from "./tls-socket.ts";

/** Bytes that the firmware may have in its hands unread; then the socket is not read any more. */
const receiveWindow = 8_192;
/** Bytes that the firmware may write ahead of the network, as on a small TCP stack. */
const sendWindow = 8_192;

export interface TCPBridgeOptions {
  /** Where to connect to, or a connection that somebody else has opened. */
  readonly target: TCPTarget | Socket;
  /** Sends a frame to the socket of the firmware. */
  readonly send: (operation: number, payload?: Uint8Array) => void;
  /** Sees what goes over it, without TLS. */
  readonly count?: MessageCount | undefined;
}

/** One TCP or TLS connection of a board, with flow control both ways. */
export class TCPBridge {
  readonly #socket: Socket;
  readonly #send: TCPBridgeOptions["send"];
  readonly #count: MessageCount | undefined;
  /** Handed to the firmware and not yet read by it. */
  #unread = 0;
  /** Room that the firmware believes in. */
  #room = 0;
  #ready = false;
  #closed = false;
  #stage: "opening" | "handshake" | "verified" = "opening";
  #reason = "closed by the other end";

  /** Throws when a certificate or key for TLS is not one. */
  constructor({ target, send, count }: TCPBridgeOptions) {
    this.#send = send;
    this.#count = count;
    const socket = target instanceof Socket ? target : open(target);
    this.#socket = socket;
    const onReady = () => {
      this.#ready = true;
      this.#stage = "verified";
      this.offerRoom();
    };
    const isSecure = !(target instanceof Socket) && target.tls !== undefined;
    if (target instanceof Socket) onReady();
    // Only a verified handshake lets application bytes out.
    else if (isSecure) {
      socket.on("connect", () => {
        this.#stage = "handshake";
      });
      socket.on("secureConnect", onReady);
      socket.on("session", (session: Buffer) => this.#send(operations.tcpSession, session));
    } else socket.on("connect", onReady);
    socket.on("drain", () => this.offerRoom());
    socket.on("data", (bytes: Buffer) => this.onData(bytes));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (isSecure) this.#reason = reasonTLS(error, this.#stage);
      else this.#reason = error.code ? `${error.code}: ${error.message}` : error.message;
    });
    socket.on("close", () => this.onClose());
  }

  write(bytes: Uint8Array): void {
    if (this.#closed || !this.#ready) return;
    this.#room -= bytes.length;
    this.#count?.sent(bytes);
    this.#socket.write(bytes, () => this.offerRoom());
  }

  /** The firmware has read so many bytes. */
  consumed(count: number): void {
    this.#unread -= count;
    if (this.#unread < receiveWindow) this.#socket.resume();
  }

  /** Sends what was written and ends the connection; the firmware hears nothing more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#ready) this.#socket.end();
    else this.#socket.destroy();
    // The other end may never close its side.
    setTimeout(() => this.#socket.destroy(), 1_000).unref();
  }

  /** Ends the connection at once, as a lost radio link does. */
  cut(): void {
    this.#socket.destroy();
  }

  private offerRoom(): void {
    if (this.#closed || !this.#ready) return;
    const room = Math.max(0, sendWindow - this.#socket.writableLength);
    if (room <= this.#room) return;
    this.#room = room;
    this.#send(operations.tcpWritable, u32(room));
  }

  private onData(bytes: Buffer): void {
    if (this.#closed) return;
    this.#unread += bytes.length;
    this.#count?.received(bytes);
    if (this.#unread >= receiveWindow) this.#socket.pause();
    this.#send(operations.tcpData, bytes);
  }

  private onClose(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#send(operations.tcpClosed, new TextEncoder().encode(this.#reason));
  }
}

function open(target: TCPTarget): Socket {
  const { address: host, port, tls, noDelay } = target;
  const socket = tls ? openTLS(target, tls) : connect({ host, port });
  socket.setNoDelay(noDelay);
  return socket;
}
