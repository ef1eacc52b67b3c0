// SPDX-License-Identifier: MIT

export interface FrameSourceOptions {
  /** 1–13. */
  readonly channel: number;
  /**
   * A frame was heard: the first 16 bytes of its MAC header (IEEE 802.11 section 9.2.3: frame
   * control, duration, two addresses), zeros where the frame is shorter, and its strength in dBm. The
   * bytes are only good until the callback returns. What the frame carries is not told.
   */
  readonly onFrame: (header: Uint8Array, RSSI: number) => void;
}

/**
 * Listens to all Wi-Fi frames of one channel until it is closed. Not in ECMA-419: the host provides
 * it. The station must be off meanwhile.
 */
export interface FrameSource {
  /** Frames that came faster than they could be handed on; good until `close`. */
  readonly missed: number;
  close(): void;
}

export type FrameSourceConstructor = new (options: FrameSourceOptions) => FrameSource;
