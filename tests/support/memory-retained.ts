// SPDX-License-Identifier: MIT

import type { RetainedMemory } from "../../modules/base/retained-memory.ts";

/** Retained memory in the test's hands: what is in it, and a write that stops in the middle. */
export class MemoryRetained implements RetainedMemory {
  readonly bytes: Uint8Array;
  /** Writes so far. */
  writes = 0;
  /** Bytes that the write with the number `tornAt` (0 is the first) still gets written. */
  tornAt: number | undefined;
  left = 0;

  constructor(byteLength = 4_160) {
    this.bytes = new Uint8Array(byteLength);
  }

  get byteLength(): number {
    return this.bytes.length;
  }

  read(position: number, byteLength: number): ArrayBuffer {
    return this.bytes.slice(position, position + byteLength).buffer;
  }

  write(position: number, bytes: Uint8Array): void {
    const isTorn = this.writes++ === this.tornAt;
    this.bytes.set(isTorn ? bytes.subarray(0, this.left) : bytes, position);
  }
}
