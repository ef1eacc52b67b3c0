// SPDX-License-Identifier: MIT

import type { TCPOptions, TLSOptions } from "../../modules/ecma-419/tcp.ts";
import { hexOf } from "./hex.ts";
import type { MemoryNetwork } from "./memory-network.ts";

/** `onOpen`: whose connection the client has taken. */
export type MemoryLinkOptions = TCPOptions & {
  readonly host?: string;
  readonly onOpen?: (link: MemoryLink) => void;
};

/** One connection: its client's end belongs to `MemoryTCP`, the rest is the other side's. */
export class MemoryLink {
  /** When the client began to connect, ticks. */
  readonly began: number;
  /** What the client asked for. */
  readonly options: MemoryLinkOptions;
  /** Bytes that have arrived at the other side, and at the client. */
  toBroker = 0;
  toClient = 0;
  /** The link is cut when so many bytes have arrived. */
  cutToBrokerAt = Number.POSITIVE_INFINITY;
  cutToClientAt = Number.POSITIVE_INFINITY;
  /** True: nothing passes in either direction any more, and nobody is told. */
  silent = false;
  /** True: the client has lost its power. What it has sent arrives, nothing else happens to it. */
  powerless = false;
  /** Number of writes of the client. */
  writes = 0;
  /** The other side has bytes, or the connection has ended. */
  onData: (bytes: Uint8Array) => void = () => {};
  onEnd: () => void = () => {};
  readonly #network: MemoryNetwork;
  #inbox: Uint8Array[] = [];
  #unread = 0;
  #room = 0;
  /** The client may write no more than it has room for, until `accept` again. */
  #stalled = false;
  #taken = 0;
  #isOpen = false;
  #clientClosed = false;
  #ended = false;
  #fate: unknown;
  #hasFate = false;

  constructor(network: MemoryNetwork, options: MemoryLinkOptions) {
    this.#network = network;
    this.options = options;
    this.began = network.time.ticks();
    network.links.push(this);
    network.open++;
    if (options.onOpen) {
      this.#open();
      options.onOpen(this);
      this.#later(() => this.#clientClosed || options.onWritable?.(this.#room));
      return;
    }
    if (network.connects === "refuse") this.#later(() => this.#fail(new Error("refused")));
    if (network.connects === "accept") this.#later(() => this.#shake());
  }

  /** True until one of the ends has closed, or it was cut. */
  get alive(): boolean {
    return this.#isOpen && !this.#ended && !this.#clientClosed;
  }

  /** The client has closed its end. */
  get closedByClient(): boolean {
    return this.#clientClosed;
  }

  /** Sends bytes to the client. */
  send(bytes: Uint8Array): void {
    const copy = bytes.slice();
    this.#later(() => this.#arrive(copy));
  }

  /** Closes in order: the client hears of it when it has read everything. */
  shut(): void {
    this.#later(() => this.#end(new Error("closed by the other end"), false));
  }

  /** Breaks the link: what is on its way is lost. */
  cut(): void {
    this.#end(new Error("reset"), true);
  }

  /** True: takes no more bytes from the client than fit into its window. False: goes on. */
  stall(stalled: boolean): void {
    this.#stalled = stalled;
    if (!stalled) this.#later(() => this.#giveRoom());
  }

  // --- the client's end

  get unread(): number {
    return this.#unread;
  }

  clientRead(buffer: Uint8Array): number {
    if (this.#clientClosed) throw new Error("read after close");
    let count = 0;
    for (let piece = this.#inbox[0]; piece && count < buffer.length; piece = this.#inbox[0]) {
      const part = piece.subarray(0, buffer.length - count);
      buffer.set(part, count);
      count += part.length;
      if (part.length === piece.length) this.#inbox.shift();
      else this.#inbox[0] = piece.subarray(part.length);
    }
    this.#unread -= count;
    if (this.#unread === 0 && this.#hasFate) this.#later(() => this.#tellFate());
    return count;
  }

  clientWrite(bytes: Uint8Array): void {
    if (this.#clientClosed) throw new Error("write after close");
    if (!this.#isOpen) throw new Error("write before the connection is open");
    if (bytes.length > this.#room) throw new Error(`${bytes.length} bytes, room ${this.#room}`);
    if (this.#ended || this.powerless) return;
    this.writes++;
    this.#room -= bytes.length;
    const copy = bytes.slice();
    this.#later(() => this.#reach(copy));
  }

  clientClose(): void {
    if (this.#clientClosed) return;
    this.#clientClosed = true;
    this.#network.open--;
    this.#later(() => this.#finish());
  }

  // --- what happens later

  #later(action: () => void): void {
    const { time, latency } = this.#network;
    time.set(action, latency);
  }

  #shake(): void {
    if (this.#clientClosed || this.#ended) return;
    const { handshakes } = this.#network;
    if (!("secure" in this.options)) this.#later(() => this.#connect());
    else if (handshakes === "verify") this.#shakeHands();
    else if (handshakes !== "silent") {
      const code = handshakes === "fail" ? "tls/unknown-authority" : "tls/closed";
      this.#later(() => this.#fail(Object.assign(new Error(code), { code })));
    }
  }

  /** A secure connection; the session for the next one comes behind it. */
  #shakeHands(): void {
    const { time, latency, handshakeTime, sessions, sessionLength, resumed } = this.#network;
    const { secure, onSession } = this.options as TLSOptions;
    const given = secure.session && hexOf(secure.session);
    const isResumed = sessions.some((session) => hexOf(session) === given);
    resumed.push(isResumed);
    const more = isResumed ? handshakeTime.resumed : handshakeTime.whole;
    time.set(() => this.#connect(), latency + more);
    if (sessionLength === 0) return;
    const session = new Uint8Array(sessionLength).fill(0x5a);
    session[0] = sessions.push(session);
    time.set(() => this.powerless || onSession?.(session.slice().buffer), latency + more);
  }

  #connect(): void {
    if (this.#clientClosed || this.#ended) return;
    this.#open();
    this.#network.onLink(this);
    this.options.onWritable?.(this.#room);
  }

  #open(): void {
    this.#isOpen = true;
    this.#room = this.#network.window;
  }

  #reach(bytes: Uint8Array): void {
    if (this.#ended || this.silent) return;
    const part = bytes.subarray(0, this.cutToBrokerAt - this.toBroker);
    this.toBroker += part.length;
    this.onData(part);
    if (this.toBroker >= this.cutToBrokerAt) this.cut();
    this.#taken += part.length;
    if (!this.#stalled) this.#later(() => this.#giveRoom());
  }

  #giveRoom(): void {
    if (this.#ended || this.#clientClosed || this.#taken === 0) return;
    this.#room += this.#taken;
    this.#taken = 0;
    if (!this.powerless) this.options.onWritable?.(this.#room);
  }

  #arrive(bytes: Uint8Array): void {
    const { piece } = this.#network;
    const limit = this.cutToClientAt - this.toClient;
    const whole = bytes.subarray(0, limit);
    for (let at = 0; at < whole.length && !this.#ended; at += piece) {
      if (this.silent || this.#clientClosed || this.powerless) return;
      const part = whole.subarray(at, at + piece);
      this.#inbox.push(part);
      this.#unread += part.length;
      this.toClient += part.length;
      this.options.onReadable?.(this.#unread);
    }
    if (this.toClient >= this.cutToClientAt) this.cut();
  }

  #end(reason: unknown, reset: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#fate = reason;
    this.#hasFate = true;
    if (reset) {
      this.#inbox = [];
      this.#unread = 0;
    }
    this.#later(() => this.onEnd());
    if (this.#unread === 0) this.#later(() => this.#tellFate());
  }

  #tellFate(): void {
    if (!this.#hasFate) return;
    this.#hasFate = false;
    this.#fail(this.#fate);
  }

  #fail(reason: unknown): void {
    this.#ended = true;
    if (!this.#clientClosed && !this.powerless) this.options.onError?.(reason);
  }

  #finish(): void {
    if (this.#ended || this.silent || !this.#isOpen) return;
    this.#ended = true;
    this.onEnd();
  }
}
