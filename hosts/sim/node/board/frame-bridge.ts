// SPDX-License-Identifier: MIT

import { operations } from "../../protocol.ts";

export interface FrameBridgeOptions {
  /** Begins to listen on a channel. */
  readonly open: (
    channel: number,
    onFrame: (header: Uint8Array, RSSI: number) => void,
  ) => { close(): void };
  /** Sends a frame to the firmware's frame source with that handle. */
  readonly send: (handle: number, payload: Uint8Array) => void;
}

/** What one board hears of other people's Wi-Fi. */
export class FrameBridge {
  readonly #options: FrameBridgeOptions;
  readonly #open = new Map<number, { close(): void }>();

  constructor(options: FrameBridgeOptions) {
    this.#options = options;
  }

  onFrame(operation: number, handle: number, payload: Uint8Array): void {
    this.#open.get(handle)?.close();
    this.#open.delete(handle);
    if (operation !== operations.framesOpen) return;
    const { open, send } = this.#options;
    const source = open(payload[0] ?? 0, (header, RSSI) => {
      send(handle, Uint8Array.of(RSSI & 0xff, ...header));
    });
    this.#open.set(handle, source);
  }

  close(): void {
    for (const source of this.#open.values()) source.close();
    this.#open.clear();
  }
}
