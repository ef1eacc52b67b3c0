// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../../base/clock.ts";
import {
  isAddress,
  type LookupFailure,
  NameLookup,
  type NameLookupOwner,
} from "../../base/name-lookup.ts";
import type { ResolverProvider } from "../../ecma-419/resolver.ts";
import type {
  TCP,
  TCPConstructor,
  TCPProvider,
  TLSOptions,
  TLSProvider,
} from "../../ecma-419/tcp.ts";
import { type ConnectionFailure, connectionError } from "../connection-error.ts";
import { MqttError } from "../mqtt-error.ts";
import { type ConnectDeadlines, deadlineOf } from "./client-options.ts";
import type { SendBuffer } from "./send-buffer.ts";

/** What a transport reports to its connection. What these throw ends it with an error. */
export interface TransportOwner {
  /** Looking up the name is done, the socket is being opened. */
  transportConnecting(): void;
  /** The socket is about to be made. */
  transportOpening(): void;
  /** The socket can be written to for the first time. */
  transportOpened(): void;
  /** So many bytes can be read. */
  transportReadable(count: number): void;
  /** CONNACK has come. */
  readonly isAnswered: boolean;
  /** False when there is nothing to do with room in the socket. */
  readonly wantsRoom: boolean;
  transportWritable(): void;
  /** Called at most once, never from inside a call of ours; the transport is closed then. */
  transportFailed(error: MqttError): void;
}

export interface TransportOptions {
  readonly host: string;
  /** Default 1883, or 8883 when the socket has `secure`. */
  readonly port?: number;
  readonly dns: ResolverProvider;
  readonly socket: TCPProvider | (TLSProvider & Pick<TLSOptions, "secure" | "onSession">);
  readonly deadlines?: ConnectDeadlines | undefined;
  readonly timers: Timers;
}

/**
 * The way to the broker: name, socket, both with deadlines. No exception leaves it towards the
 * network, because there it would restart the board.
 */
export class Transport implements NameLookupOwner {
  readonly #owner: TransportOwner;
  readonly #host: string;
  readonly #port: number;
  readonly #socket: TransportOptions["socket"];
  /** How long the socket may take to open, ms. */
  readonly #deadline: number;
  readonly #timers: Timers;
  readonly #isSecure: boolean;
  #lookup: NameLookup | undefined;
  #tcp: TCP | undefined;
  #timer: Timer | undefined;
  /** Bytes that the socket takes now. */
  room = 0;
  /** Closed, or failed. */
  isClosed = false;
  #isOpen = false;

  constructor(options: TransportOptions, owner: TransportOwner) {
    const { host, dns, timers, deadlines, socket } = options;
    this.#owner = owner;
    this.#host = host;
    this.#socket = socket;
    this.#timers = timers;
    this.#isSecure = "secure" in socket;
    this.#port = options.port ?? (this.#isSecure ? 8883 : 1883);
    this.#deadline = deadlineOf(this.#isSecure ? "tls" : "tcp", deadlines);
    // In a turn of its own: making a client is as much as one turn of the loop should do.
    if (isAddress(host)) this.#timer = timers.set(() => this.connect(host), 0);
    else {
      const deadline = deadlineOf("dns", deadlines);
      this.#lookup = new NameLookup({ host, dns, timers, deadline }, this);
    }
  }

  /** True while the name is being looked up. */
  get isResolving(): boolean {
    return this.#lookup !== undefined;
  }

  /** Bytes that arrived, at most as many as fit; 0 when there is nothing. Failures come later. */
  read(buffer: Uint8Array): number {
    const tcp = this.#tcp;
    if (tcp === undefined) return 0;
    try {
      return tcp.read(buffer) ?? 0;
    } catch (error) {
      this.fail(connectionError("mqtt/lost", error));
      return 0;
    }
  }

  /** Writes what the socket takes; returns how many bytes. A broken socket is reported later. */
  flush(out: SendBuffer): number {
    const tcp = this.#tcp;
    const room = this.room;
    if (tcp === undefined || room === 0) return 0;
    try {
      const written = out.flush(tcp, room);
      this.room = room - written;
      return written;
    } catch (error) {
      this.fail(connectionError("mqtt/lost", error));
      return 0;
    }
  }

  /** Writes these bytes, for which there is room. A broken socket is reported later. */
  write(bytes: Uint8Array): void {
    const tcp = this.#tcp;
    if (tcp === undefined) return;
    try {
      tcp.write(bytes);
      this.room -= bytes.length;
    } catch (error) {
      this.fail(connectionError("mqtt/lost", error));
    }
  }

  /** Ends the connection with an error, which is reported later. */
  fail(error: MqttError): void {
    if (this.isClosed) return;
    this.close();
    this.#timer = this.#timers.set(() => this.notifyFailed(error), 0);
  }

  /** Ends the connection; no callback afterwards. */
  close(): void {
    this.isClosed = true;
    this.room = 0;
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    this.#lookup?.close();
    this.#lookup = undefined;
    const tcp = this.#tcp;
    this.#tcp = undefined;
    try {
      tcp?.close();
    } catch {
      // Closing a socket that has failed may throw; there is nothing left to release.
    }
  }

  nameResolved(address: string): void {
    this.#lookup = undefined;
    try {
      this.#owner.transportConnecting();
      if (!this.isClosed) this.connect(address);
    } catch (error) {
      this.reportFault(error);
    }
  }

  nameFailed(failure: LookupFailure, cause: unknown): void {
    this.report(connectionError(`mqtt/${failure}`, cause));
  }

  private connect(address: string): void {
    const code = this.#isSecure ? "mqtt/tls-deadline" : "mqtt/tcp-deadline";
    this.#timer = this.#timers.set(() => this.report(connectionError(code)), this.#deadline);
    const host = this.#host;
    const port = this.#port;
    try {
      this.#owner.transportOpening();
      const { io, ...rest } = this.#socket as TCPProvider;
      const options = { ...rest, host, address, port, noDelay: true, format: "buffer" as const };
      this.#tcp = new (io as TCPConstructor)({
        ...options,
        onReadable: (count) => this.onReadable(count),
        onWritable: (count) => this.onWritable(count),
        onError: (error) => this.onError(error),
      });
    } catch (error) {
      this.fail(connectionError(this.#isSecure ? "mqtt/tls-failed" : "mqtt/tcp-failed", error));
    }
  }

  private onReadable(count: number): void {
    if (this.isClosed) return;
    try {
      this.#owner.transportReadable(count);
    } catch (error) {
      this.reportFault(error);
    }
  }

  private onWritable(count: number): void {
    if (this.isClosed) return;
    this.room = count;
    if (this.#isOpen && !this.#owner.wantsRoom) return;
    try {
      if (this.#isOpen) this.#owner.transportWritable();
      else this.open();
    } catch (error) {
      this.reportFault(error);
    }
  }

  private open(): void {
    this.#isOpen = true;
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    this.#owner.transportOpened();
  }

  private onError(cause: unknown): void {
    // Also when it is open: a peer may refuse our certificate after we have accepted its own.
    this.report(connectionError(failureBelow(cause) ?? this.failureOfTCP(), cause));
  }

  private failureOfTCP(): "mqtt/lost" | "mqtt/no-connack" | "mqtt/tcp-failed" {
    if (!this.#isOpen) return "mqtt/tcp-failed";
    return this.#owner.isAnswered ? "mqtt/lost" : "mqtt/no-connack";
  }

  private reportFault(error: unknown): void {
    this.report(error instanceof MqttError ? error : connectionError("mqtt/lost", error));
  }

  private report(error: MqttError): void {
    if (this.isClosed) return;
    this.close();
    this.notifyFailed(error);
  }

  private notifyFailed(error: MqttError): void {
    this.#timer = undefined;
    try {
      this.#owner.transportFailed(error);
    } catch {
      // The owner contains the application's faults itself; there is nobody else to call.
    }
  }
}

// TLS and WebSocket report their own failures with a code "tls/…" and "ws/…"; those of TCP are others.
function failureBelow(cause: unknown): ConnectionFailure | undefined {
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (typeof code !== "string") return undefined;
  if (code === "ws/refused" || code === "ws/closed") return "mqtt/ws-failed";
  if (!code.startsWith("tls/")) return undefined;
  return code === "tls/closed" ? "mqtt/tls-closed" : "mqtt/tls-failed";
}
