// SPDX-License-Identifier: MIT

import type { TCP, TCPOptions } from "./tcp.ts";

/** Options of the ECMA-419 Listener class (section 11.9). */
export interface ListenerOptions {
  /** 1–65535. */
  readonly port: number;
  /** Called when connections wait; `count` of them can be read at once. */
  readonly onReadable?: (count: number) => void;
  /** Our addition: nobody can connect, or not any more. */
  readonly onError?: (error?: unknown) => void;
}

/** The callbacks of a connection that is taken. */
export type AcceptedOptions = Pick<TCPOptions, "onReadable" | "onWritable" | "onError">;

/** ECMA-419 Listener. No callback is made after `close`. */
export interface Listener {
  /**
   * The next connection that waits. Its callbacks are our addition: the standard has another instance take
   * the connection over.
   */
  read(options: AcceptedOptions): TCP | undefined;
  /** Connections that were read stay. */
  close(): void;
  /** The port in use; 0 while the host looks for one. */
  readonly port: number;
}

export type ListenerConstructor = new (options: ListenerOptions) => Listener;

export interface ListenerProvider {
  readonly io: ListenerConstructor;
}
