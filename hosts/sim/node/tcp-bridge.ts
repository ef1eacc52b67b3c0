// SPDX-License-Identifier: MIT

import { createPrivateKey, X509Certificate } from "node:crypto";
import { connect as connectTCP, Socket } from "node:net";
import { type ConnectionOptions, connect as connectTLS } from "node:tls";
import { operations, type TCPTarget } from "../protocol.ts";

/** Bytes that the firmware may have in its hands unread; then the socket is not read any more. */
const receiveWindow = 8_192;
/** Bytes that the firmware may write ahead of the network, as on a small TCP stack. */
const sendWindow = 8_192;

export interface TCPBridgeOptions {
  /** Where to connect to, or a connection that somebody else has opened. */
  readonly target: TCPTarget | Socket;
  /** Sends a frame to the socket of the firmware. */
  readonly send: (operation: number, payload?: Uint8Array) => void;
}

/** One TCP or TLS connection of a board, with flow control both ways. */
export class TCPBridge {
  readonly #socket: Socket;
  readonly #send: TCPBridgeOptions["send"];
  /** Handed to the firmware and not yet read by it. */
  #unread = 0;
  /** Room that the firmware believes in. */
  #room = 0;
  #ready = false;
  #closed = false;
  #reason = "closed by the other end";

  constructor({ target, send }: TCPBridgeOptions) {
    this.#send = send;
    const socket = target instanceof Socket ? target : open(target);
    this.#socket = socket;
    const onReady = () => {
      this.#ready = true;
      this.#offerRoom();
    };
    if (target instanceof Socket) onReady();
    // Only a verified handshake lets application bytes out.
    else socket.on(target.tls ? "secureConnect" : "connect", onReady);
    socket.on("drain", () => this.#offerRoom());
    socket.on("data", (bytes: Buffer) => this.#onData(bytes));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.#reason = error.code === undefined ? error.message : `${error.code}: ${error.message}`;
    });
    socket.on("close", () => this.#onClose());
  }

  write(bytes: Uint8Array): void {
    if (this.#closed || !this.#ready) return;
    this.#room -= bytes.length;
    this.#socket.write(bytes, () => this.#offerRoom());
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

  #offerRoom(): void {
    if (this.#closed || !this.#ready) return;
    const room = Math.max(0, sendWindow - this.#socket.writableLength);
    if (room <= this.#room) return;
    this.#room = room;
    this.#send(operations.tcpWritable, u32(room));
  }

  #onData(bytes: Buffer): void {
    if (this.#closed) return;
    this.#unread += bytes.length;
    if (this.#unread >= receiveWindow) this.#socket.pause();
    this.#send(operations.tcpData, bytes);
  }

  #onClose(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#send(operations.tcpClosed, new TextEncoder().encode(this.#reason));
  }
}

/** A number as four bytes, most significant first. */
export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function open(target: TCPTarget): Socket {
  const socket = target.tls
    ? openTLS(target, target.tls)
    : connectTCP({ host: target.address, port: target.port });
  socket.setNoDelay(target.noDelay);
  return socket;
}

function openTLS(target: TCPTarget, tls: NonNullable<TCPTarget["tls"]>): Socket {
  const { clientCertificate, clientKey } = tls;
  const options: ConnectionOptions = {
    host: target.address,
    port: target.port,
    servername: tls.host,
    ca: tls.certificateAuthorities.map(certificate),
    rejectUnauthorized: true,
    ...(tls.applicationLayerProtocols.length > 0 && {
      ALPNProtocols: [...tls.applicationLayerProtocols],
    }),
    ...(clientCertificate !== undefined && { cert: certificate(clientCertificate) }),
    ...(clientKey !== undefined && { key: privateKey(clientKey) }),
  };
  return connectTLS(options);
}

function certificate(base64: string): string {
  return new X509Certificate(Buffer.from(base64, "base64")).toString();
}

function privateKey(base64: string): string {
  const key = createPrivateKey({
    key: Buffer.from(base64, "base64"),
    format: "der",
    type: "pkcs8",
  });
  return key.export({ format: "pem", type: "pkcs8" }).toString();
}
