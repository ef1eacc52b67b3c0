// SPDX-License-Identifier: MIT

import { type Packet, parser } from "mqtt-packet";

/** Cuts a stream of bytes into packets. */
export class Frames {
  readonly #longest: number;
  readonly #parser = parser();
  #bytes: Buffer = Buffer.alloc(0);
  #packet: Packet | undefined;
  #error: Error | undefined;

  /** `longest`: of a packet, bytes. */
  constructor(longest: number) {
    this.#longest = longest;
    this.#parser.on("packet", (packet: Packet) => {
      this.#packet = packet;
    });
    this.#parser.on("error", (error: Error) => {
      this.#error = error;
    });
  }

  add(bytes: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
  }

  /** The next packet; undefined: it is not there as a whole. Throws an Error for what is none. */
  next(): Packet | undefined {
    const length = this.lengthOfNext();
    if (length === undefined || this.#bytes.length < length) return undefined;
    const frame = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    this.#packet = undefined;
    this.#parser.parse(frame);
    if (this.#error) throw this.#error;
    if (!this.#packet) throw new Error("a packet that is shorter than it should be");
    return this.#packet;
  }

  /** Section 2.2.3: seven bits a byte. */
  private lengthOfNext(): number | undefined {
    let length = 0;
    for (let at = 1; at <= 4; at++) {
      const byte = this.#bytes[at];
      if (byte === undefined) return undefined;
      length += (byte & 127) * 128 ** (at - 1);
      if (byte >= 128) continue;
      if (1 + at + length > this.#longest) {
        throw new Error(`a packet of ${1 + at + length} bytes, more than ${this.#longest}`);
      }
      return 1 + at + length;
    }
    throw new Error("a length of five bytes");
  }
}
