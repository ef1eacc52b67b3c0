// SPDX-License-Identifier: MIT

import type { RetainedMemory } from "../../modules/base/retained-memory.ts";
import { readMemory, writeMemory } from "./rtc-memory.js";

/** Memory of the ESP32's RTC, which no reset touches. */
export class ESP32RetainedMemory implements RetainedMemory {
  readonly byteLength = 4_160;

  read(position: number, byteLength: number): ArrayBuffer {
    return readMemory(position, byteLength);
  }

  write(position: number, bytes: Uint8Array): void {
    writeMemory(position, bytes);
  }
}
