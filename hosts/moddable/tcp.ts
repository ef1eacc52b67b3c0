// SPDX-License-Identifier: MIT

import NativeTCP from "embedded:io/socket/tcp";
import Timer from "timer";
import type { AcceptedOptions } from "../../modules/ecma-419/listener.ts";
import type { TCP, TCPOptions } from "../../modules/ecma-419/tcp.ts";
import type { Faults } from "./faults.ts";

/** The SDK's socket as its C code is; the published declarations are narrower. */
interface NativeSocket {
  /** Throws when the count, or the length of the buffer, is more than what has arrived. */
  read(into: number | Uint8Array): ArrayBuffer;
  /** Room that is left; undefined when the connection is broken. */
  write(buffer: Uint8Array): number | undefined;
  close(): void;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** A socket of the SDK that a listener has, and the callbacks for it. */
export interface AcceptedSocket extends AcceptedOptions {
  readonly from: NativeTCP;
  readonly noDelay?: boolean;
}

/**
 * TCP of the SDK with the contract of the standard: a read takes what is there, a failed write ends
 * in `onError`, nothing is called after `close`.
 */
export class SDKTCP implements TCP {
  readonly #faults: Faults;
  readonly #options: TCPOptions | AcceptedSocket;
  #socket: NativeSocket | undefined;
  /** Bytes that can surely be read. */
  #available = 0;
  #isCalling = false;
  /** No more can be written. */
  #isBroken = false;
  /** `onError` has been called. */
  #hasFailed = false;

  /** Connects, or takes over the connection of a socket of the SDK. */
  constructor(options: TCPOptions | AcceptedSocket, faults: Faults) {
    this.#faults = faults;
    this.#options = options;
    const { noDelay } = options;
    const socket = new NativeTCP({
      ...("from" in options
        ? { from: options.from }
        : { address: options.address, port: options.port }),
      // The SDK spells it differently from the standard.
      ...(noDelay === undefined ? {} : { nodelay: noDelay }),
      onReadable: (count) => this.onReadable(count),
      onWritable: (count) => this.call(() => this.#options.onWritable?.(count)),
      onError: () => this.fail(),
    });
    this.#socket = socket as unknown as NativeSocket;
  }

  read(byteLength?: number): ArrayBuffer | undefined;
  read(buffer: Uint8Array): number | undefined;
  read(into?: number | Uint8Array): ArrayBuffer | number | undefined {
    const wanted = typeof into === "object" ? into.length : (into ?? this.#available);
    const count = Math.min(wanted, this.#available);
    if (!this.#socket || count <= 0) return undefined;
    this.#available -= count;
    if (typeof into !== "object") return this.#socket.read(count);
    this.#socket.read(count === into.length ? into : into.subarray(0, count));
    return count;
  }

  write(buffer: Uint8Array): void {
    if (!this.#socket || this.#isBroken || buffer.length === 0) return;
    if (this.#socket.write(buffer) !== undefined) return;
    // On a PC the SDK does not report a broken connection that a write runs into.
    this.#isBroken = true;
    Timer.set(() => this.fail());
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    // Not from inside its own callback: the SDK still uses the socket when that returns.
    if (this.#isCalling) Timer.set(() => socket?.close());
    else socket?.close();
  }

  get remoteAddress(): string | undefined {
    return this.#isBroken ? undefined : this.#socket?.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#isBroken ? undefined : this.#socket?.remotePort;
  }

  private onReadable(count: number): void {
    this.#available = count;
    this.call(() => this.#options.onReadable?.(count));
  }

  private fail(): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#isBroken = true;
    this.call(() => this.#options.onError?.());
  }

  private call(action: () => void): void {
    if (!this.#socket) return;
    this.#isCalling = true;
    this.#faults.run("tcp", action);
    this.#isCalling = false;
  }
}
