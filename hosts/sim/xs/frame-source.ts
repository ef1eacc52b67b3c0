// SPDX-License-Identifier: MIT

import type { FrameSource, FrameSourceOptions } from "../../../modules/base/frame-source.ts";
import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";

type Frame = Parameters<FrameSourceOptions["onFrame"]>;

/** The simulated board's ear for all Wi-Fi frames; what there is to hear is on the Node side. */
export class SimFrameSource implements FrameSource {
  readonly #handle: number;

  constructor({ channel, onFrame }: FrameSourceOptions) {
    this.#handle = link.open(channels.frames, (_operation, payload) => {
      const [transmitter, RSSI, kind] = JSON.parse(new TextDecoder().decode(payload)) as Frame;
      onFrame(transmitter, RSSI, kind);
    });
    link.send(channels.frames, operations.framesOpen, this.#handle, Uint8Array.of(channel));
  }

  close(): void {
    link.close(channels.frames, this.#handle);
    link.send(channels.frames, operations.framesClose, this.#handle);
  }
}
