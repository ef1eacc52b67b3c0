// SPDX-License-Identifier: MIT

import { toBase64 } from "../../../modules/base/base64.ts";
import type { TCP, TCPOptions, TLSOptions } from "../../../modules/ecma-419/tcp.ts";
import { u32 } from "../payload.ts";
import { channels, operations, type TCPTarget } from "../protocol.ts";
import { link } from "./machine-link.ts";

/** A connection that a Listener has accepted, by its handle. */
export interface AcceptedConnection extends Partial<TCPOptions> {
  readonly connection: number;
}

/** Takes over the connection of another instance, with callbacks of its own. */
export interface InheritedConnection extends Partial<TCPOptions> {
  readonly from: SimTCP;
}

/** ECMA-419 TCP (and TLS, with `secure`) over the Node side's sockets. */
export class SimTCP implements TCP {
  readonly #handle: number;
  readonly #options: Partial<TLSOptions>;
  /** Received and not yet read. */
  #received: Uint8Array[] = [];
  #count = 0;
  #room = 0;
  #closed = false;
  #failed: string | undefined;

  constructor(options: TCPOptions | TLSOptions | AcceptedConnection | InheritedConnection) {
    this.#options = options;
    if ("from" in options) this.#handle = this.inherit(options.from);
    else if ("connection" in options) this.#handle = options.connection;
    else this.#handle = link.nextHandle();
    link.openHandle(channels.tcp, this.#handle, (operation, payload) => {
      this.on(operation, payload);
    });
    if ("from" in options || "connection" in options) return;
    const target = new TextEncoder().encode(JSON.stringify(targetOf(options)));
    link.send(channels.tcp, operations.tcpOpen, this.#handle, target);
  }

  get remoteAddress(): string | undefined {
    return this.#options.address;
  }

  get remotePort(): number | undefined {
    return this.#options.port;
  }

  read(byteLength?: number): ArrayBuffer | undefined;
  read(buffer: Uint8Array): number | undefined;
  read(wanted: number | Uint8Array = this.#count): ArrayBuffer | number | undefined {
    this.check();
    if (this.#count === 0) return undefined;
    const buffer =
      typeof wanted === "number" ? new Uint8Array(Math.min(wanted, this.#count)) : wanted;
    const length = this.take(buffer);
    return typeof wanted === "number" ? (buffer.buffer as ArrayBuffer) : length;
  }

  write(buffer: Uint8Array): void {
    this.check();
    if (buffer.length > this.#room) {
      throw new Error(`no room for ${buffer.length} bytes, only for ${this.#room}`);
    }
    this.#room -= buffer.length;
    link.send(channels.tcp, operations.tcpWrite, this.#handle, buffer);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    link.close(channels.tcp, this.#handle);
    link.send(channels.tcp, operations.tcpClose, this.#handle);
  }

  /** Takes everything from `other`, which counts as closed from now on. */
  private inherit(other: SimTCP): number {
    other.check();
    other.#closed = true;
    this.#received = other.#received;
    this.#count = other.#count;
    this.#room = other.#room;
    this.#failed = other.#failed;
    link.later(() => {
      if (this.#count > 0) this.#options.onReadable?.(this.#count);
      if (this.#room > 0) this.#options.onWritable?.(this.#room);
      if (this.#count === 0) this.fail();
    });
    return other.#handle;
  }

  private check(): void {
    if (this.#closed) throw new Error("the socket is closed");
  }

  private take(buffer: Uint8Array): number {
    let length = 0;
    while (length < buffer.length) {
      const piece = this.#received[0];
      if (!piece) break;
      const part = piece.subarray(0, buffer.length - length);
      buffer.set(part, length);
      length += part.length;
      if (part.length === piece.length) this.#received.shift();
      else this.#received[0] = piece.subarray(part.length);
    }
    this.#count -= length;
    link.send(channels.tcp, operations.tcpConsumed, this.#handle, u32(length));
    // The end of the connection is told after the last byte, as the standard asks.
    if (this.#count === 0 && this.#failed !== undefined) this.failLater();
    return length;
  }

  private on(operation: number, payload: Uint8Array): void {
    if (operation === operations.tcpData) {
      this.#received.push(payload.slice());
      this.#count += payload.length;
      this.#options.onReadable?.(this.#count);
    } else if (operation === operations.tcpWritable) {
      this.#room = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
      this.#options.onWritable?.(this.#room);
    } else if (operation === operations.tcpSession) {
      this.#options.onSession?.(payload.slice().buffer as ArrayBuffer);
    } else if (operation === operations.tcpClosed) {
      this.#failed = new TextDecoder().decode(payload);
      if (this.#count === 0) this.fail();
    }
  }

  /** Never from inside `read`: a callback must not come from a call of the same instance. */
  private failLater(): void {
    link.later(() => this.fail());
  }

  private fail(): void {
    if (this.#closed || this.#failed === undefined) return;
    const reason = this.#failed;
    this.#failed = undefined;
    this.#options.onError?.(errorFor(reason));
  }
}

/** With a `code` when the reason begins with one, as "tls/expired: …" does. */
function errorFor(reason: string): Error {
  const [code = ""] = reason.split(": ", 1);
  const error = new Error(reason);
  return code === reason ? error : Object.assign(error, { code });
}

function targetOf(options: TCPOptions | TLSOptions): TCPTarget {
  const { address, port, noDelay = false } = options;
  if (!("secure" in options)) return { address, port, noDelay };
  const { host, secure } = options;
  const { clientCertificates = [], clientKey, session } = secure;
  return {
    address,
    port,
    noDelay,
    tls: {
      host,
      certificateAuthorities: (secure.certificateAuthorities ?? []).map(toBase64),
      applicationLayerProtocols: secure.applicationLayerProtocols ?? [],
      clientCertificates: clientCertificates.map(toBase64),
      ...(clientKey && { clientKey: toBase64(clientKey) }),
      ...(session && { session: toBase64(new Uint8Array(session)) }),
    },
  };
}
