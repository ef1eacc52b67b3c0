// SPDX-License-Identifier: MIT

import type { PulseCallback, PulseSource } from "../../../modules/base/pulse-source.ts";
import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";

/** Pulse capture of the simulated board. */
export class SimPulseSource implements PulseSource {
  readonly #pin: number;
  readonly #handle: number;
  #callback: PulseCallback | undefined;

  constructor(options: { readonly pin: number }) {
    this.#pin = options.pin;
    this.#handle = link.open(channels.pulses, (_operation, payload) => this.captured(payload));
  }

  capture(startLow: number, callback: PulseCallback): void {
    this.#callback = callback;
    const payload = new Uint8Array(9);
    payload[0] = this.#pin;
    new DataView(payload.buffer).setFloat64(1, startLow);
    link.send(channels.pulses, operations.pulsesCapture, this.#handle, payload);
  }

  close(): void {
    this.#callback = undefined;
    link.close(channels.pulses, this.#handle);
  }

  private captured(payload: Uint8Array): void {
    const callback = this.#callback;
    this.#callback = undefined;
    const widths = payload.length === 0 ? undefined : new Uint16Array(payload.slice().buffer);
    callback?.(widths);
  }
}
