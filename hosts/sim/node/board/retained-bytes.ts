// SPDX-License-Identifier: MIT

import type { HostReset, HostWake } from "../../../../modules/base/host.ts";
import { hash } from "../../../virtual/noise.ts";
import type { StorageFile } from "./storage-file.ts";

/** As on the ESP32: what outlives a crash, and behind it what outlives a sleep alone. */
const sleepStart = 4_160;
const byteLength = sleepStart + 2_048;
/** Where they lie between a crash and the next start; no domain of the firmware. */
const domain = "reset";

/**
 * The memory of one board that a reset leaves as it is. It outlives the board's engine, and, when
 * that has crashed, this process too, as nobody restarts it here. A normal end is a power cut.
 */
export class RetainedBytes {
  readonly #storage: StorageFile;
  readonly #bytes: Uint8Array;
  #reset: HostReset;

  /** `seed`: of what is in the memory when power comes on. */
  constructor(storage: StorageFile, seed: number) {
    this.#storage = storage;
    const kept = storage.read(domain, "memory");
    const cause = storage.read(domain, "cause");
    const isKept = kept?.length === byteLength && cause !== undefined;
    this.#bytes = isKept
      ? new Uint8Array(kept)
      : Uint8Array.from({ length: byteLength }, (_, i) => 256 * hash(seed, i));
    this.#reset = isKept
      ? { cause: Buffer.from(cause).toString("utf8"), isFault: true }
      : { cause: "power-on", isFault: false };
    for (const key of ["memory", "cause"]) storage.delete(domain, key);
  }

  /** Why the board has started. */
  get reset(): HostReset {
    return this.#reset;
  }

  /** The firmware starts again because it wanted to. */
  restarted(reason: string): void {
    this.#reset = { cause: reason, isFault: false };
  }

  /** The firmware starts again after a sleep. */
  woken(wake: HostWake): void {
    this.#reset = { cause: "deep sleep", isFault: false, wake };
  }

  /** The engine has ended by itself: the next process is to find the memory. */
  crashed(reason: string): void {
    // The part for a sleep has secrets, and no start but a wake looks into it.
    this.#bytes.fill(0, sleepStart);
    this.#storage.write(domain, "memory", this.#bytes);
    this.#storage.write(domain, "cause", Buffer.from(`a crash (${reason})`));
  }

  read(position: number, length: number): Uint8Array {
    return this.#bytes.subarray(position, position + length);
  }

  /** Throws a RangeError when there is no such place. */
  write(position: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, position);
  }
}
