// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { createServer, type TLSSocket as NodeTLSSocket, type TlsOptions } from "node:tls";
import type { TCP, TCPOptions, TLSSecureOptions } from "../../modules/ecma-419/tcp.ts";
import { derOf, type Identity } from "./certificates.ts";
import { coreTLS } from "./core-tls.ts";
import { until } from "./node-network.ts";
import { UnreadBytes } from "./unread-bytes.ts";

/** What a server sends, one after the other; a handshake message is a record of its own. */
export type Records = readonly Buffer[];

/** Changes the record that comes as number `index`; what it returns is received instead. */
export type Alteration = (record: Buffer, index: number) => Records;

/** Takes the records out of a stream; unprotected handshake records are parted into messages. */
class Parting {
  #waiting = Buffer.alloc(0);
  #isProtected = false;

  add(bytes: Buffer): Buffer[] {
    this.#waiting = Buffer.concat([this.#waiting, bytes]);
    const records: Buffer[] = [];
    while (this.#waiting.length >= 5) {
      const end = 5 + this.#waiting.readUInt16BE(3);
      if (this.#waiting.length < end) break;
      const record = this.#waiting.subarray(0, end);
      this.#waiting = this.#waiting.subarray(end);
      if (record[0] === 20) this.#isProtected = true;
      if (record[0] === 22 && !this.#isProtected) records.push(...messagesOf(record));
      else records.push(record);
    }
    return records;
  }
}

function messagesOf(record: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 5; at < record.length; ) {
    const end = at + 4 + record.readUIntBE(at + 1, 3);
    messages.push(recordOf(22, record.subarray(at, end)));
    at = end;
  }
  return messages;
}

/** A record with these contents. */
export function recordOf(type: number, contents: Uint8Array): Buffer {
  const head = Buffer.from([type, 3, 3, contents.length >> 8, contents.length & 0xff]);
  return Buffer.concat([head, contents]);
}

/** What became of a connection. */
export class Attempt {
  /** Times that `onWritable` was called. */
  opened = 0;
  error: unknown;
  hasFailed = false;
  received = Buffer.alloc(0);
  /** Types of the records that the client has sent. */
  readonly sent: number[] = [];
  socket: TCP | undefined;
  /** At the server. */
  peer: NodeTLSSocket | undefined;
  /** Gives the client bytes as if the server had sent them. */
  inject: (bytes: Buffer) => void = () => {};

  /** Waits until it is open or has failed. */
  settled(): Promise<void> {
    return until(() => this.opened > 0 || this.hasFailed);
  }

  get code(): string {
    return (this.error as { code?: string } | undefined)?.code ?? "";
  }
}

/** A TLS server of Node, and clients of ours that get what it sends with changes. */
export class AlteredServer {
  readonly #server;
  readonly #authority: Uint8Array;
  #waiting: Attempt | undefined;
  readonly #sockets = new Set<Socket>();

  constructor(authority: string, { certificate, key }: Identity, options: TlsOptions = {}) {
    this.#authority = derOf(authority);
    const [cert, secret] = [readFileSync(certificate), readFileSync(key)];
    this.#server = createServer({ cert, key: secret, maxVersion: "TLSv1.2", ...options });
    this.#server.on("secureConnection", (peer) => {
      peer.on("error", () => {});
      if (this.#waiting) this.#waiting.peer = peer;
    });
    this.#server.on("tlsClientError", () => {});
  }

  listen(): Promise<void> {
    return new Promise((done) => this.#server.listen(0, "127.0.0.1", done));
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((done) => this.#server.close(() => done()));
  }

  /** Ends the connection that is being made, after what was received so far. */
  breakOff(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  /** What the server sees of the next connection. */
  expect(): Attempt {
    this.#waiting = new Attempt();
    return this.#waiting;
  }

  /** Connects; one at a time. */
  open(
    alter: Alteration = (record) => [record],
    piece = Number.POSITIVE_INFINITY,
    options: { readonly host?: string; readonly secure?: TLSSecureOptions } = {},
  ): Attempt {
    const attempt = this.expect();
    const { port } = this;
    const sockets = this.#sockets;
    class AlteredTCP implements TCP {
      readonly #socket: Socket;
      readonly #unread = new UnreadBytes();

      constructor(options: TCPOptions) {
        this.#socket = connect(port, "127.0.0.1", () => options.onWritable?.(60_000));
        sockets.add(this.#socket);
        const parting = new Parting();
        let index = 0;
        attempt.inject = (bytes) => {
          for (let at = 0; at < bytes.length; at += piece) {
            this.#unread.add(bytes.subarray(at, at + piece));
            options.onReadable?.(this.#unread.length);
          }
        };
        this.#socket.on("data", (bytes: Buffer) => {
          for (const record of parting.add(bytes)) {
            for (const altered of alter(Buffer.from(record), index)) attempt.inject(altered);
            index++;
          }
        });
        this.#socket.on("error", () => {});
        this.#socket.on("close", () => options.onError?.());
      }

      read(byteLength?: number): ArrayBuffer | undefined;
      read(buffer: Uint8Array): number | undefined;
      read(into: number | Uint8Array = 0): ArrayBuffer | number | undefined {
        return this.#unread.read(into);
      }

      write(bytes: Uint8Array): void {
        for (let at = 0; at < bytes.length; ) {
          attempt.sent.push(bytes[at] ?? -1);
          at += 5 + (bytes[at + 3] ?? 0) * 256 + (bytes[at + 4] ?? 0);
        }
        this.#socket.write(Buffer.from(bytes));
      }

      close(): void {
        this.#socket.destroy();
        sockets.delete(this.#socket);
      }
    }
    const TLS = coreTLS(AlteredTCP);
    attempt.socket = new TLS({
      address: "127.0.0.1",
      port,
      host: options.host ?? "localhost",
      secure: { certificateAuthorities: [this.#authority], ...options.secure },
      onWritable: () => attempt.opened++,
      onReadable: () => {
        const bytes = attempt.socket?.read();
        if (bytes) attempt.received = Buffer.concat([attempt.received, Buffer.from(bytes)]);
      },
      onError: (error) => {
        attempt.error = error;
        attempt.hasFailed = true;
      },
    });
    return attempt;
  }
}
