// SPDX-License-Identifier: MIT

import type { RetainedMemory } from "../../../modules/base/retained-memory.ts";
import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";

/**
 * The retained memory, which the Node side has: it outlives this engine. A write is a call, so that
 * a crash in the same turn does not take it along.
 */
export class SimRetainedMemory implements RetainedMemory {
  readonly byteLength: number;
  readonly #start: number;

  /** `isForSleep`: the part that is for a sleep alone, which lies behind the other one. */
  constructor(isForSleep = false) {
    this.#start = isForSleep ? 4_160 : 0;
    this.byteLength = isForSleep ? 2_048 : 4_160;
  }

  read(position: number, byteLength: number): ArrayBuffer {
    const start = this.#start + position;
    const range = Uint8Array.of(start, start >> 8, byteLength, byteLength >> 8);
    return link.call(channels.retained, operations.retainedRead, range).slice().buffer;
  }

  write(position: number, bytes: Uint8Array): void {
    const payload = new Uint8Array(2 + bytes.length);
    const start = this.#start + position;
    payload[0] = start;
    payload[1] = start >> 8;
    payload.set(bytes, 2);
    link.call(channels.retained, operations.retainedWrite, payload);
  }
}
