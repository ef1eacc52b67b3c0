// SPDX-License-Identifier: MIT

import { alerts } from "./message-types.ts";
import { TLSError } from "./tls-error.ts";

/** Reads the fields of a TLS message (RFC 5246, section 4) without copying. Throws TLSError. */
export class MessageReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** What has been read so far. */
  get past(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** An unsigned number of `size` bytes. */
  number(size: 1 | 2 | 3): number {
    let value = 0;
    for (const byte of this.bytes(size)) value = value * 256 + byte;
    return value;
  }

  bytes(count: number): Uint8Array {
    if (count > this.#bytes.length - this.#at)
      throw broken("a message is too short", alerts.decodeError);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** The contents of a vector whose length is given in `size` bytes. */
  vector(size: 1 | 2 | 3): Uint8Array {
    return this.bytes(this.number(size));
  }

  /** Throws when something follows. */
  end(): void {
    if (!this.isAtEnd) throw broken("a message is too long", alerts.decodeError);
  }
}

/** The error for a peer that breaks a rule; `alert` is what it is told. */
export function broken(what: string, alert: number): TLSError {
  return new TLSError("tls/failed", `the other end does not keep to TLS 1.2: ${what}`, alert);
}
