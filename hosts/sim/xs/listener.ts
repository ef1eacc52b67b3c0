// SPDX-License-Identifier: MIT

import type {
  AcceptedOptions,
  Listener,
  ListenerOptions,
} from "../../../modules/ecma-419/listener.ts";
import { u32 } from "../payload.ts";
import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";
import { SimTCP } from "./tcp.ts";

/** ECMA-419 Listener on a port of the PC's loopback: on any free one in place of those below 1024. */
export class SimListener implements Listener {
  readonly #handle: number;
  readonly #options: Partial<ListenerOptions>;
  readonly #waiting: number[] = [];
  #port = 0;

  constructor(options: Partial<ListenerOptions> = {}) {
    this.#options = options;
    const wanted = options.port ?? 0;
    this.#handle = link.open(channels.listener, (operation, payload) => {
      const value = new DataView(payload.buffer, payload.byteOffset);
      if (operation === operations.listenerOpened) this.#port = value.getUint32(0);
      else if (operation === operations.listenerFailed) this.fail(payload);
      else this.accept(value.getUint32(0));
    });
    link.send(channels.listener, operations.listenerOpen, this.#handle, u32(wanted));
  }

  /** The port in use; 0 until a free one has been found. */
  get port(): number {
    return this.#port;
  }

  /** The next connection that waits. */
  read(options: AcceptedOptions = {}): SimTCP | undefined {
    const connection = this.#waiting.shift();
    return connection === undefined ? undefined : new SimTCP({ ...options, connection });
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
