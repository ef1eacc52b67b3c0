// SPDX-License-Identifier: MIT

import type { Clock, Timer, Timers } from "../../../modules/base/clock.ts";
import type { TCP, TCPConstructor, TLSOptions } from "../../../modules/ecma-419/tcp.ts";
import {
  type TLSEngine,
  type TLSEngineConstructor,
  tlsRecordOverhead,
  tlsResult,
  tlsStates,
} from "./tls-engine.ts";
import { asTLSError, TLSError } from "./tls-error.ts";

/** What a TLS socket is built on. */
export interface TLSPlatform {
  readonly tcp: TCPConstructor;
  readonly engine: TLSEngineConstructor;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Bytes taken from the socket below at a time; a record is put together by the engine. */
const inputLength = 512;
/** Bytes of records that wait for room in the socket below. */
const outputLength = 1_400;
/** The most that one `onWritable` allows; a record of it fits the output. */
const maxWrite = 1_024;

/**
 * A TLS client as an ECMA-419 TCP class, over the socket class of the host. `onWritable` is called,
 * and application data accepted in either direction, only when the handshake is done and the server's
 * certificate was checked. `onError` gets a TLSError when TLS failed, what the socket below reported
 * otherwise. Each step of the handshake has a turn of the loop to itself, since a signature takes a
 * while.
 */
export class TLSSocket implements TCP {
  readonly #onReadable: TLSOptions["onReadable"];
  readonly #onWritable: TLSOptions["onWritable"];
  readonly #onError: TLSOptions["onError"];
  readonly #onSession: TLSOptions["onSession"];
  readonly #timers: Timers;
  /** The engine's C code takes buffers of bytes only. */
  readonly #resultBytes = new ArrayBuffer(4 * tlsResult.length);
  readonly #result = new Int32Array(this.#resultBytes);
  readonly #input = new Uint8Array(inputLength);
  #inputStart = 0;
  #inputEnd = 0;
  #output = new Uint8Array(outputLength);
  #outputEnd = 0;
  /** Bytes that the socket below takes now. */
  #room = 0;
  /** Bytes that may still be written, by what onWritable has said. */
  #allowed = 0;
  /** Bytes that `read` has for the application. */
  #available = 0;
  #engine: TLSEngine | undefined;
  #tcp: TCP | undefined;
  #timer: Timer | undefined;
  #isConnected = false;
  #isOpen = false;
  #isPumping = false;
  /** Set when the socket below has ended. */
  #end: { readonly cause: unknown } | undefined;

  /** Throws TLSError when certificates or key cannot be used, or the time is not known. */
  constructor(options: TLSOptions, { tcp, engine, clock, timers }: TLSPlatform) {
    const { host, secure, address, port, noDelay } = options;
    const now = clock.now();
    if (now === undefined) throw new TLSError("tls/no-time: the clock is not set yet");
    this.#onReadable = options.onReadable;
    this.#onWritable = options.onWritable;
    this.#onError = options.onError;
    this.#onSession = options.onSession;
    this.#timers = timers;
    try {
      this.#engine = new engine(
        host,
        Math.floor(now / 1000),
        secure.certificateAuthorities ?? [],
        secure.clientCertificates ?? [],
        secure.clientKey,
        secure.applicationLayerProtocols ?? [],
        secure.session,
      );
    } catch (error) {
      throw asTLSError(error);
    }
    try {
      this.#tcp = new tcp({
        address,
        port,
        ...(noDelay === undefined ? {} : { noDelay }),
        format: "buffer",
        onReadable: () => this.pump(),
        onWritable: (count) => this.onWritable(count),
        onError: (cause) => this.onEnd(cause),
      });
    } catch (error) {
      this.#engine.close();
      throw error;
    }
  }

  get remoteAddress(): string | undefined {
    return this.#tcp?.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#tcp?.remotePort;
  }

  read(byteLength?: number): ArrayBuffer | undefined;
  read(buffer: Uint8Array): number | undefined;
  read(into: number | Uint8Array = this.#available): ArrayBuffer | number | undefined {
    const wanted = typeof into === "number" ? into : into.length;
    const count = Math.min(wanted, this.#available);
    if (!this.#engine || count === 0) return undefined;
    const buffer = typeof into === "number" ? new Uint8Array(count) : into;
    this.#available -= this.#engine.take(buffer);
    // What else came waits in the socket below, or is its end.
    if (this.#available === 0 && !this.#isPumping) this.pumpLater();
    return typeof into === "number" ? (buffer.buffer as ArrayBuffer) : count;
  }

  write(buffer: Uint8Array): void {
    const engine = this.#engine;
    if (!engine || !this.#isOpen) throw new Error("the socket is not open");
    if (buffer.length > this.#allowed) throw new Error(`no room for ${buffer.length} bytes`);
    if (buffer.length === 0) return;
    this.#allowed -= buffer.length;
    this.reserve(buffer.length + tlsRecordOverhead);
    engine.write(buffer, this.#output, this.#outputEnd, this.#resultBytes);
    this.take();
    this.flush();
    // A failure is reported from a turn of its own: nothing is called back from inside a call.
    if (this.#result[tlsResult.state] !== tlsStates.open) this.pumpLater();
  }

  close(): void {
    const tcp = this.#tcp;
    if (!tcp) return;
    if (this.#isOpen) this.sayGoodbye();
    this.shut();
    tcp.close();
  }

  private onWritable(count: number): void {
    this.#room = count;
    this.#isConnected = true;
    this.flush();
    this.pump();
    this.reportWritable();
  }

  private onEnd(cause: unknown): void {
    this.#end ??= { cause };
    this.#room = 0;
    this.pump();
  }

  /** Goes on with what has come, until there is no more or the application does not read. */
  private pump(): void {
    if (this.#isPumping || this.#timer !== undefined) return;
    this.#isPumping = true;
    try {
      while (this.#tcp && this.#available === 0 && this.#timer === undefined) {
        if (!(this.#isOpen ? this.readRecord() : this.shakeHands())) break;
      }
    } finally {
      this.#isPumping = false;
    }
    if (this.#end && this.#available === 0 && this.#timer === undefined) this.reportEnd();
  }

  /** One step of the handshake. Whether there is something to go on with in this turn. */
  private shakeHands(): boolean {
    if (!this.#isConnected) return false;
    const isProgress = this.exchange("step");
    switch (this.#result[tlsResult.state]) {
      case tlsStates.failed:
        this.fail(new TLSError(this.#engine?.reason() ?? "tls/failed: no reason"));
        return false;
      case tlsStates.open:
        this.#isOpen = true;
        this.reportSession();
        this.reportWritable();
        return true;
      case tlsStates.more:
        this.pumpLater();
        return false;
      default:
        return isProgress;
    }
  }

  /** Takes the next record. Whether there may be more in this turn. */
  private readRecord(): boolean {
    this.reserve(tlsRecordOverhead);
    const isProgress = this.exchange("read");
    const result = this.#result;
    this.reportSession();
    const count = result[tlsResult.count] ?? 0;
    switch (result[tlsResult.state]) {
      case tlsStates.failed:
        this.fail(new TLSError(this.#engine?.reason() ?? "tls/failed: no reason"));
        return false;
      case tlsStates.ended:
        // Answered before the end is noted: nothing is sent afterwards.
        this.sayGoodbye();
        this.#end = { cause: new Error("the other end has closed the connection") };
        return false;
      case tlsStates.more:
        this.pumpLater();
        return false;
    }
    if (count === 0) return isProgress;
    this.#available = count;
    this.#onReadable?.call(this, count);
    return true;
  }

  /** Lets the engine take what has come and put out what goes; whether it did either. */
  private exchange(what: "step" | "read"): boolean {
    this.fill();
    this.#engine?.[what](
      this.#input,
      this.#inputStart,
      this.#inputEnd,
      this.#output,
      this.#outputEnd,
      this.#resultBytes,
    );
    const isProgress = this.take();
    this.flush();
    return isProgress;
  }

  private fill(): void {
    if (this.#inputStart < this.#inputEnd) return;
    this.#inputStart = 0;
    this.#inputEnd = this.#tcp?.read(this.#input) ?? 0;
  }

  /** Counts what a call of the engine has used and put out; whether it was anything. */
  private take(): boolean {
    const used = this.#result[tlsResult.used] ?? 0;
    const sent = this.#result[tlsResult.sent] ?? 0;
    this.#inputStart += used;
    this.#outputEnd += sent;
    return used > 0 || sent > 0;
  }

  private flush(): void {
    const count = Math.min(this.#outputEnd, this.#room);
    if (count === 0 || !this.#tcp || this.#end) return;
    this.#room -= count;
    this.#tcp.write(this.#output.subarray(0, count));
    this.#output.copyWithin(0, count, this.#outputEnd);
    this.#outputEnd -= count;
  }

  /** Makes room in the output; many small records need more than they were counted with. */
  private reserve(count: number): void {
    if (this.#output.length - this.#outputEnd >= count) return;
    const larger = new Uint8Array(this.#outputEnd + count);
    larger.set(this.#output.subarray(0, this.#outputEnd));
    this.#output = larger;
  }

  private reportWritable(): void {
    if (!this.#tcp || !this.#isOpen || this.#outputEnd > 0 || this.#room === 0) return;
    this.#allowed = maxWrite;
    this.#onWritable?.call(this, maxWrite);
  }

  private reportSession(): void {
    const session = this.#engine?.session();
    if (session) this.#onSession?.call(this, session);
  }

  private pumpLater(): void {
    this.#timer ??= this.#timers.set(() => {
      this.#timer = undefined;
      this.pump();
    }, 0);
  }

  private reportEnd(): void {
    const cause = this.#end?.cause;
    const isEarly = this.#isConnected && !this.#isOpen;
    this.fail(isEarly ? new TLSError("tls/closed: the other end ended the handshake") : cause);
  }

  private sayGoodbye(): void {
    this.reserve(tlsRecordOverhead);
    this.#outputEnd += this.#engine?.end(this.#output, this.#outputEnd) ?? 0;
    this.flush();
  }

  private shut(): void {
    this.#tcp = undefined;
    this.#available = 0;
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    this.#engine?.close();
    this.#engine = undefined;
  }

  private fail(error: unknown): void {
    const tcp = this.#tcp;
    if (!tcp) return;
    this.shut();
    tcp.close();
    this.#onError?.call(this, error);
  }
}
