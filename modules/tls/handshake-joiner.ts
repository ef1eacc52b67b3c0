// SPDX-License-Identifier: MIT

import { concat } from "./bytes.ts";
import { broken } from "./message-reader.ts";

const headLength = 4;
/** Longest message, bytes: room for a long chain of certificates. */
const longestMessage = 16_384;

/** Joins handshake messages that came in pieces, and parts those that came together. */
export class HandshakeJoiner {
  #bytes = new Uint8Array(0);

  /** True when no part of a message waits. */
  get isEmpty(): boolean {
    return this.#bytes.length === 0;
  }

  /** The contents of a handshake record. */
  add(contents: Uint8Array): void {
    if (contents.length === 0) throw broken("an empty handshake record");
    if (this.#bytes.length > headLength + longestMessage) throw broken("too many messages at once");
    this.#bytes = concat(this.#bytes, contents);
  }

  /** The next whole message, with its head. */
  next(): Uint8Array | undefined {
    if (this.#bytes.length < headLength) return undefined;
    const [, high = 0, middle = 0, low = 0] = this.#bytes;
    const length = (high * 256 + middle) * 256 + low;
    if (length > longestMessage) throw broken(`a message of ${length} bytes`);
    if (this.#bytes.length < headLength + length) return undefined;
    const message = this.#bytes.subarray(0, headLength + length);
    this.#bytes = this.#bytes.subarray(headLength + length);
    return message;
  }
}
