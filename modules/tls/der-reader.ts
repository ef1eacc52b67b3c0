// SPDX-License-Identifier: MIT

import { TLSError } from "./tls-error.ts";

/** Tags of X.690 that certificates use. */
export const tags = Object.freeze({
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
});

/**
 * Reads DER (X.690), element by element, without copying. Strict: definite lengths in their shortest
 * form, no element longer than what holds it. Anything else is a TLSError "tls/bad-certificate".
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The next tag; undefined at the end. */
  peek(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** Contents of the next element, which must have this tag. */
  read(tag: number): Uint8Array {
    if (this.peek() !== tag) throw malformed(`tag ${tag} is missing`);
    const start = this.#at + 1;
    const first = this.#bytes[start];
    if (first === undefined) throw malformed("it ends in a length");
    const digits = first < 0x80 ? 0 : first - 0x80;
    const length = first < 0x80 ? first : this.#longLength(start + 1, digits);
    const from = start + 1 + digits;
    if (length > this.#bytes.length - from) throw malformed("an element is too long");
    this.#at = from + length;
    return this.#bytes.subarray(from, this.#at);
  }

  /** The next element with its tag and length; it must have this tag. */
  readWhole(tag: number): Uint8Array {
    const start = this.#at;
    this.read(tag);
    return this.#bytes.subarray(start, this.#at);
  }

  /** Contents of the next element when it has this tag. */
  readIf(tag: number): Uint8Array | undefined {
    return this.peek() === tag ? this.read(tag) : undefined;
  }

  /** Throws when something follows. */
  end(): void {
    if (!this.isAtEnd) throw malformed("something follows the last element");
  }

  #longLength(at: number, digits: number): number {
    // 0x80 would be the indefinite form; more than three bytes are over any limit of ours.
    if (digits === 0 || digits > 3) throw malformed("a length is not in a form that DER has");
    let length = 0;
    for (let i = 0; i < digits; i++) {
      const byte = this.#bytes[at + i];
      if (byte === undefined) throw malformed("it ends in a length");
      length = length * 256 + byte;
    }
    const least = digits === 1 ? 0x80 : 256 ** (digits - 1);
    if (length < least) throw malformed("a length is longer than it need be");
    return length;
  }
}

/** The error for bytes that are no certificate. */
export function malformed(why: string): TLSError {
  return new TLSError("tls/bad-certificate", `a certificate or key cannot be read: ${why}`);
}

/** The contents of an INTEGER that is not negative, without the leading zero. */
export function readUnsigned(reader: DerReader): Uint8Array {
  const bytes = reader.read(tags.integer);
  const [first, second = 0] = bytes;
  if (first === undefined) throw malformed("an integer is empty");
  if (first >= 0x80) throw malformed("an integer is negative");
  if (first !== 0) return bytes;
  if (bytes.length > 1 && second < 0x80) throw malformed("an integer has needless zeros");
  return bytes.subarray(1);
}

/** What is in a SEQUENCE that has nothing behind it. */
export function sequenceIn(bytes: Uint8Array): DerReader {
  const outer = new DerReader(bytes);
  const reader = new DerReader(outer.read(tags.sequence));
  outer.end();
  return reader;
}

/** Reads a NULL. */
export function readNull(reader: DerReader): void {
  if (reader.read(tags.null).length > 0) throw malformed("a null has contents");
}

/** The contents of a BIT STRING of whole bytes. */
export function readBits(reader: DerReader): Uint8Array {
  const bytes = reader.read(tags.bitString);
  if (bytes[0] !== 0) throw malformed("a bit string is no row of bytes");
  return bytes.subarray(1);
}
