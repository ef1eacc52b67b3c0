// SPDX-License-Identifier: MIT

import { concat } from "./bytes.ts";
import type { WriteKeys } from "./key-schedule.ts";
import { numberBytes, version } from "./message-types.ts";
import type { Cipher, TLSCrypto } from "./tls-crypto.ts";

/** Bytes that a protected record has beyond its contents: head, explicit nonce, tag. */
export const recordOverhead = 5 + 8 + 16;

/** Bytes of the part of a nonce that is sent. */
const explicitLength = 8;
const tagLength = 16;

/** Protects the records of one direction with AES-128-GCM (RFC 5288). */
export class RecordProtection {
  readonly #cipher: Cipher;
  readonly #nonce = new Uint8Array(12);
  /** Number of the record in 8 bytes, type, version, length of the contents. */
  readonly #additional = new Uint8Array(13);
  #count = 0;

  constructor(crypto: TLSCrypto, { key, salt }: WriteKeys) {
    this.#cipher = crypto.createCipher(key);
    this.#nonce.set(salt);
  }

  /** The whole record for these contents. */
  seal(type: number, contents: Uint8Array): Uint8Array {
    this.#prepare(type, contents.length);
    // The number of the record is a nonce that never comes again.
    const explicit = this.#additional.subarray(0, explicitLength);
    this.#nonce.set(explicit, 4);
    const sealed = this.#cipher.seal(this.#nonce, this.#additional, contents);
    return concat(recordHead(type, explicitLength + sealed.length), explicit, sealed);
  }

  /** The contents of a record; undefined when it is not the next one of the other end. */
  open(type: number, body: Uint8Array): Uint8Array | undefined {
    const length = body.length - explicitLength - tagLength;
    if (length < 0) return undefined;
    this.#prepare(type, length);
    this.#nonce.set(body.subarray(0, explicitLength), 4);
    return this.#cipher.open(this.#nonce, this.#additional, body.subarray(explicitLength));
  }

  #prepare(type: number, length: number): void {
    const view = new DataView(this.#additional.buffer);
    view.setUint32(0, Math.floor(this.#count / 0x1_0000_0000));
    view.setUint32(4, this.#count % 0x1_0000_0000);
    view.setUint8(8, type);
    view.setUint16(9, version);
    view.setUint16(11, length);
    this.#count++;
  }
}

/** The head of a record with a body of so many bytes. */
export function recordHead(type: number, length: number): Uint8Array {
  return concat(numberBytes(type, 1), numberBytes(version, 2), numberBytes(length, 2));
}
