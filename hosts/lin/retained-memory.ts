// SPDX-License-Identifier: MIT

import type { RetainedMemory } from "../../modules/base/retained-memory.ts";

/** Retained memory that survives a restart of the firmware but not the end of the simulator. */
export class LinRetainedMemory implements RetainedMemory {
  readonly #bytes = new Uint8Array(4_160);

  get byteLength(): number {
    return this.#bytes.length;
  }

  read(position: number, byteLength: number): ArrayBuffer {
    return this.#bytes.slice(position, position + byteLength).buffer;
  }

  write(position: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, position);
  }
}
