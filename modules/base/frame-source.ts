// SPDX-License-Identifier: MIT

/** The three kinds of Wi-Fi frames (IEEE 802.11 section 9.2.4.1). */
export type FrameKind = "management" | "control" | "data";

export interface FrameSourceOptions {
  /** 1–13. */
  readonly channel: number;
  /**
   * A frame was heard: the MAC address of its transmitter as 12 hex digits ("" for a frame that
   * names none), its strength in dBm, its kind. What it carries is not told.
   */
  readonly onFrame: (transmitter: string, RSSI: number, kind: FrameKind) => void;
}

/**
 * Listens to all Wi-Fi frames of one channel until it is closed. Not in ECMA-419: the host provides
 * it. The station must be off meanwhile.
 */
export interface FrameSource {
  close(): void;
}

export type FrameSourceConstructor = new (options: FrameSourceOptions) => FrameSource;
