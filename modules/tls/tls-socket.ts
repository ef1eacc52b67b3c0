// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Clock, Timer, Timers } from "../base/clock.ts";
import type { TCP, TCPConstructor, TLSOptions } from "../ecma-419/tcp.ts";
import { alertError, alertFor } from "./alert.ts";
import { concat } from "./bytes.ts";
import { HandshakeRunner } from "./handshake-runner.ts";
import { broken } from "./message-reader.ts";
import { alerts, recordTypes } from "./message-types.ts";
import { RecordLayer } from "./record-layer.ts";
import { RecordSender } from "./record-sender.ts";
import type { TLSCrypto } from "./tls-crypto.ts";
import { TLSError } from "./tls-error.ts";
import { readTrust } from "./tls-trust.ts";

/** What a TLS socket is built on. */
export interface TLSPlatform {
  readonly tcp: TCPConstructor;
  readonly crypto: TLSCrypto;
  readonly clock: Clock;
  readonly timers: Timers;
}

const nothing = new Uint8Array(0);

/**
 * A TLS 1.2 client as an ECMA-419 TCP class. `onWritable` is called, and application data accepted
 * in either direction, only when the handshake is done and the server's certificate was checked.
 * `onError` gets a TLSError when TLS failed, what the socket below told otherwise. Each message of
 * the handshake has a turn of the loop to itself, since a signature takes a while.
 */
export class TLSSocket implements TCP {
  readonly #options: TLSOptions;
  readonly #timers: Timers;
  readonly #records: RecordLayer;
  readonly #sender: RecordSender;
  /** Undefined when it is done: its certificates and messages are not needed any more. */
  #handshake: HandshakeRunner | undefined;
  #tcp: TCP | undefined;
  #timer: Timer | undefined;
  /** Received and not yet read. */
  #plain: Uint8Array = nothing;
  /** Bytes that may still be written, by what onWritable has told. */
  #allowed = 0;
  #isOpen = false;
  #isPumping = false;
  /** Set when the socket below has ended. */
  #end: { readonly cause: unknown } | undefined;

  /** Throws TLSError when certificates or key cannot be used, or the time is not known. */
  constructor(options: TLSOptions, { tcp, crypto, clock, timers }: TLSPlatform) {
    const { host, secure, address, port, noDelay } = options;
    this.#options = options;
    this.#timers = timers;
    const now = clock.now();
    if (now === undefined) throw new TLSError("tls/no-time", "the clock is not set yet");
    this.#records = new RecordLayer(crypto);
    this.#sender = new RecordSender(this.#records);
    const setup = { crypto, host, now, ...readTrust(crypto, secure) };
    this.#handshake = new HandshakeRunner(setup, this.#records, this.#sender);
    this.#tcp = new tcp({
      address,
      port,
      ...(noDelay === undefined ? {} : { noDelay }),
      format: "buffer",
      onReadable: () => this.#pump(),
      onWritable: (count) => this.#onWritable(count),
      onError: (cause) => this.#onEnd(cause),
    });
  }

  get remoteAddress(): string | undefined {
    return this.#tcp?.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#tcp?.remotePort;
  }

  read(byteLength?: number): ArrayBuffer | undefined;
  read(buffer: Uint8Array): number | undefined;
  read(into: number | Uint8Array = this.#plain.length): ArrayBuffer | number | undefined {
    const wanted = typeof into === "number" ? into : into.length;
    const part = this.#plain.subarray(0, wanted);
    if (part.length === 0) return undefined;
    this.#plain = this.#plain.subarray(part.length);
    // What else came waits in the socket below, or is its end.
    if (this.#plain.length === 0 && !this.#isPumping) this.#pumpLater();
    if (typeof into === "number") return concat(part).buffer;
    into.set(part);
    return part.length;
  }

  write(buffer: Uint8Array): void {
    if (!this.#tcp || !this.#isDone) throw new Error("the socket is not open");
    if (buffer.length > this.#allowed) throw new Error(`no room for ${buffer.length} bytes`);
    this.#allowed -= buffer.length;
    this.#sender.send(this.#tcp, recordTypes.applicationData, buffer);
  }

  close(): void {
    const tcp = this.#tcp;
    if (!tcp) return;
    if (this.#isDone) this.#tell(farewell());
    this.#shut();
    tcp.close();
  }

  get #isDone(): boolean {
    return this.#handshake === undefined;
  }

  #shut(): void {
    this.#tcp = undefined;
    this.#plain = nothing;
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
  }

  #onWritable(count: number): void {
    this.#attempt((tcp) => {
      this.#sender.onRoom(tcp, count);
      if (this.#isOpen) return;
      this.#isOpen = true;
      this.#handshake?.start(tcp);
    });
    this.#tellWritable();
  }

  #tellWritable(): void {
    const { room } = this.#sender;
    if (!this.#tcp || !this.#isDone || room === 0) return;
    this.#allowed = room;
    this.#options.onWritable?.(room);
  }

  #pumpLater(): void {
    this.#timer ??= this.#timers.set(() => {
      this.#timer = undefined;
      this.#pump();
    }, 0);
  }

  /** Takes what has come, until there is no more or the application does not read. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#tcp && this.#plain.length === 0 && this.#timer === undefined) {
        if (!this.#step()) break;
      }
      if (this.#plain.length === 0 && this.#timer === undefined) this.#tellEnd();
    } finally {
      this.#isPumping = false;
    }
  }

  /** Takes one record or message; false when there is none. */
  #step(): boolean {
    const isNew = !this.#isDone;
    let isMore = false;
    this.#attempt((tcp) => {
      isMore = this.#handshake?.takeMessage(tcp) || this.#takeRecord(tcp);
      if (this.#handshake?.isDone) this.#handshake = undefined;
    });
    if (!isMore || !this.#tcp) return false;
    if (!isNew) {
      if (this.#plain.length > 0) this.#options.onReadable?.(this.#plain.length);
    } else {
      this.#pumpLater();
      this.#tellWritable();
    }
    return true;
  }

  #takeRecord(tcp: TCP): boolean {
    const record = this.#records.next(tcp);
    if (!record) return false;
    const { type, contents } = record;
    if (type === recordTypes.alert) this.#takeAlert(contents);
    else if (this.#handshake) this.#handshake.takeRecord(record);
    else if (type === recordTypes.applicationData) this.#plain = contents;
    else throw broken("a handshake in the middle", alerts.unexpectedMessage);
    return true;
  }

  #takeAlert(contents: Uint8Array): void {
    const error = alertError(contents);
    if (error) throw error;
    if (!this.#isDone) throw closedEarly();
    this.#tell(farewell());
    this.#end = { cause: new Error("the other end has closed the connection") };
    this.#tellEnd();
  }

  #onEnd(cause: unknown): void {
    const isEarly = this.#isOpen && !this.#isDone;
    this.#end ??= { cause: isEarly ? closedEarly() : cause };
    this.#pump();
  }

  #tellEnd(): void {
    if (!this.#end || !this.#tcp) return;
    const { cause } = this.#end;
    this.#fail(cause);
  }

  /** Does what may fail because of the other end; a failure is told and ends the connection. */
  #attempt(action: (tcp: TCP) => void): void {
    try {
      if (this.#tcp) action(this.#tcp);
    } catch (error) {
      this.#warn(error);
      this.#fail(error instanceof TLSError ? error : new TLSError("tls/failed", messageOf(error)));
    }
  }

  /** Tells the other end why, when it can be told. */
  #warn(error: unknown): void {
    const isAnswer = error instanceof TLSError && /^tls\/(alert|closed)$/.test(error.code);
    if (!isAnswer) this.#tell(alertFor(error));
  }

  #tell(alert: Uint8Array): void {
    if (this.#end || !this.#tcp || !this.#sender.isClear) return;
    try {
      this.#sender.send(this.#tcp, recordTypes.alert, alert);
    } catch {
      // The connection is given up anyway.
    }
  }

  #fail(error: unknown): void {
    const tcp = this.#tcp;
    this.#shut();
    tcp?.close();
    this.#options.onError?.(error);
  }
}

/** The alert that ends a connection in order. */
function farewell(): Uint8Array {
  return Uint8Array.of(1, alerts.closeNotify);
}

function closedEarly(): TLSError {
  return new TLSError("tls/closed", "the other end ended the handshake");
}
