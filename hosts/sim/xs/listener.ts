// SPDX-License-Identifier: MIT

import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";
import { SimTCP } from "./tcp.ts";

/** Options of the ECMA-419 Listener class. */
export interface ListenerOptions {
  /** 0 or left out: any free one. */
  readonly port?: number;
  /** Called when connections wait; `count` can be read at once. */
  readonly onReadable?: (count: number) => void;
  /** The port could not be opened. */
  readonly onError?: (error: Error) => void;
}

/** ECMA-419 Listener on a port of the PC's loopback. */
export class SimListener {
  readonly #handle: number;
  readonly #options: ListenerOptions;
  readonly #waiting: number[] = [];
  #port: number;

  constructor(options: ListenerOptions = {}) {
    this.#options = options;
    this.#port = options.port ?? 0;
    this.#handle = link.open(channels.listener, (operation, payload) => {
      const value = new DataView(payload.buffer, payload.byteOffset);
      if (operation === operations.listenerOpened) this.#port = value.getUint32(0);
      else if (operation === operations.listenerFailed) this.fail(payload);
      else this.accept(value.getUint32(0));
    });
    const port = new Uint8Array(4);
    new DataView(port.buffer).setUint32(0, this.#port);
    link.send(channels.listener, operations.listenerOpen, this.#handle, port);
  }

  /** The port in use; 0 until a free one has been found. */
  get port(): number {
    return this.#port;
  }

  /** The next connection that waits. */
  read(): SimTCP | undefined {
    const connection = this.#waiting.shift();
    return connection === undefined ? undefined : new SimTCP({ connection });
  }

  close(): void {
    link.close(channels.listener, this.#handle);
    link.send(channels.listener, operations.listenerClose, this.#handle);
  }

  private accept(connection: number): void {
    this.#waiting.push(connection);
    this.#options.onReadable?.(this.#waiting.length);
  }

  private fail(payload: Uint8Array): void {
    this.#options.onError?.(new Error(new TextDecoder().decode(payload)));
  }
}
