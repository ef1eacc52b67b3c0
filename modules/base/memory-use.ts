// SPDX-License-Identifier: MIT

/** What the heap of the engine holds. What a host does not know is undefined. */
export interface MemoryUse {
  /** Slots in use (objects, closures, properties), without the modules that lie in flash. */
  readonly slots: number;
  /** Slots that there are; undefined where the heap grows. */
  readonly slotLimit?: number | undefined;
  /** Bytes of chunks in use (strings, buffers). */
  readonly chunks?: number | undefined;
  /** Bytes of chunks that there are; undefined where the heap grows. */
  readonly chunkLimit?: number | undefined;
  /** Bytes free in the system's memory, beside the engine's heap. */
  readonly free?: number | undefined;
  /** At least so many bytes were free there at any moment since the start. */
  readonly leastFree?: number | undefined;
  /** Bytes of the stack of C that were never used since the start. */
  readonly leastStack?: number | undefined;
}
