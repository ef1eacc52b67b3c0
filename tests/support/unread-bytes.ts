// SPDX-License-Identifier: MIT

import { joined } from "./decoded.ts";

/** Bytes that have come to a socket of a test and wait to be read. */
export class UnreadBytes {
  #bytes: Uint8Array = new Uint8Array(0);

  get length(): number {
    return this.#bytes.length;
  }

  add(bytes: Uint8Array): void {
    this.#bytes = joined([this.#bytes, bytes]);
  }

  /** As `TCP.read` into a buffer, which is all that is used here. */
  read(into: number | Uint8Array): number | undefined {
    if (typeof into === "number") throw new Error("not used");
    const part = this.#bytes.subarray(0, into.length);
    this.#bytes = this.#bytes.subarray(part.length);
    into.set(part);
    return part.length || undefined;
  }
}
