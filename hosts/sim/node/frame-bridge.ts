// SPDX-License-Identifier: MIT

import { operations } from "../protocol.ts";

/** A Wi-Fi frame of somebody: transmitter, dBm, kind. */
export type FrameReport = [MAC: string, RSSI: number, kind: "management" | "control" | "data"];

export interface FrameBridgeOptions {
  /** Begins to listen on a channel. */
  readonly open: (channel: number, onFrame: (...frame: FrameReport) => void) => { close(): void };
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
    const source = open(payload[0] ?? 0, (...frame) => {
      send(handle, new TextEncoder().encode(JSON.stringify(frame)));
    });
    this.#open.set(handle, source);
  }

  close(): void {
    for (const source of this.#open.values()) source.close();
    this.#open.clear();
  }
}
