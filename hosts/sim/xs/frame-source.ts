// SPDX-License-Identifier: MIT

import type { FrameSource, FrameSourceOptions } from "../../../modules/base/frame-source.ts";
import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";

/** The simulated board's ear for all Wi-Fi frames; what there is to hear is on the Node side. */
export class SimFrameSource implements FrameSource {
  /** The link loses nothing. */
  readonly missed = 0;
  readonly #handle: number;

  constructor({ channel, onFrame }: FrameSourceOptions) {
    this.#handle = link.open(channels.frames, (_operation, payload) => {
      const [RSSI = 0] = new Int8Array(payload.buffer, payload.byteOffset, 1);
      onFrame(payload.subarray(1), RSSI);
    });
    link.send(channels.frames, operations.framesOpen, this.#handle, Uint8Array.of(channel));
  }

  close(): void {
    link.close(channels.frames, this.#handle);
    link.send(channels.frames, operations.framesClose, this.#handle);
  }
}
