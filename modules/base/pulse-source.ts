// SPDX-License-Identifier: MIT

/** What a pulse capture delivers: widths in µs, starting with the first low pulse after the start
 * signal, then high, low, high … Widths are clipped at 65,535. */
export type PulseCallback = (widths: Uint16Array | undefined) => void;

/**
 * Pulls a one-wire data line low, releases it and records what the sensor answers. Not in ECMA-419:
 * the host provides it, because JavaScript is too slow to time the pulses.
 */
export interface PulseSource {
  /**
   * Starts one capture. `startLow` is the length of the start signal in ms (0.8–20). Calls back
   * once, later; undefined when nothing answered within 20 ms.
   */
  capture(startLow: number, callback: PulseCallback): void;
  close(): void;
}

export type PulseSourceConstructor = new (options: { readonly pin: number }) => PulseSource;
