// SPDX-License-Identifier: MIT

import { broken } from "./message-reader.ts";
import { alerts } from "./message-types.ts";

const headLength = 4;
/** Longest message, bytes: room for a long chain of certificates. */
const longestMessage = 16_384;

/** Joins handshake messages that came in pieces, and parts those that came together. */
export class HandshakeJoiner {
  #bytes = new Uint8Array(0);
  /** What waits begins and ends here. */
  #from = 0;
  #to = 0;

  /** True when no part of a message waits. */
  get isEmpty(): boolean {
    return this.#from === this.#to;
  }

  /** The contents of a handshake record. Call `next` until there is none before the next record. */
  add(contents: Uint8Array): void {
    if (contents.length === 0) throw broken("an empty handshake record", alerts.unexpectedMessage);
    this.#makeRoom(contents.length);
    this.#bytes.set(contents, this.#to);
    this.#to += contents.length;
  }

  /** The next whole message, with its head; good until the next `add`. */
  next(): Uint8Array | undefined {
    const waiting = this.#bytes.subarray(this.#from, this.#to);
    if (waiting.length < headLength) return undefined;
    const [, high = 0, middle = 0, low = 0] = waiting;
    const length = (high * 256 + middle) * 256 + low;
    if (length > longestMessage) {
      throw broken(`a message of ${length} bytes`, alerts.illegalParameter);
    }
    if (waiting.length < headLength + length) return undefined;
    this.#from += headLength + length;
    return waiting.subarray(0, headLength + length);
  }

  /** Doubles the buffer, so that a message in tiny pieces is not copied for each of them. */
  #makeRoom(count: number): void {
    const waiting = this.#bytes.subarray(this.#from, this.#to);
    const needed = waiting.length + count;
    if (needed > this.#bytes.length) {
      this.#bytes = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      this.#bytes.set(waiting);
    } else if (this.#from > 0) this.#bytes.copyWithin(0, this.#from, this.#to);
    this.#to = waiting.length;
    this.#from = 0;
  }
}
