// SPDX-License-Identifier: MIT

import type { RetainedMemory } from "../../modules/base/retained-memory.ts";
import { readMemory, writeMemory } from "./rtc-memory.js";

/** Bytes for the log and what else outlives a crash; those for a sleep lie behind them. */
const usual = 4_160;
const forSleep = 2_048;

/** A part of the memory of the ESP32's RTC, which no reset touches. */
export class ESP32RetainedMemory implements RetainedMemory {
  readonly byteLength: number;
  readonly #start: number;

  /** `isForSleep`: the part that is for a sleep alone. */
  constructor(isForSleep = false) {
    this.#start = isForSleep ? usual : 0;
    this.byteLength = isForSleep ? forSleep : usual;
  }

  read(position: number, byteLength: number): ArrayBuffer {
    return readMemory(this.#start + position, byteLength);
  }

  write(position: number, bytes: Uint8Array): void {
    writeMemory(this.#start + position, bytes);
  }
}
