// SPDX-License-Identifier: MIT

import { concat, equal } from "../../modules/tls/bytes.ts";
import type { Cipher } from "../../modules/tls/tls-crypto.ts";
import { BlockCipher, GHASH, Mode } from "./sdk-crypt.js";

const blockLength = 16;
const tagLength = 16;

/** AES-128-GCM (NIST SP 800-38D) with nonces of 12 bytes, from the SDK's AES and GHASH. */
export class SDKCipher implements Cipher {
  readonly #block: BlockCipher;
  readonly #stream: Mode;
  readonly #hashKey: ArrayBuffer;

  constructor(key: Uint8Array) {
    this.#block = new BlockCipher("AES", concat(key).buffer);
    this.#stream = new Mode("CTR", this.#block);
    this.#hashKey = this.#block.encrypt(new ArrayBuffer(blockLength));
  }

  seal(nonce: Uint8Array, additional: Uint8Array, plain: Uint8Array): Uint8Array {
    const sealed = this.#crypt(nonce, plain);
    return concat(sealed, this.#tagOf(nonce, additional, sealed));
  }

  open(nonce: Uint8Array, additional: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const end = sealed.length - tagLength;
    if (end < 0) return undefined;
    const data = sealed.subarray(0, end);
    // Nothing is decrypted that somebody else may have written.
    if (!equal(this.#tagOf(nonce, additional, data), sealed.subarray(end))) return undefined;
    return this.#crypt(nonce, data);
  }

  #crypt(nonce: Uint8Array, data: Uint8Array): Uint8Array {
    if (data.length === 0) return new Uint8Array(0);
    this.#stream.setIV(counterOf(nonce, 2));
    return new Uint8Array(this.#stream.encrypt(data));
  }

  #tagOf(nonce: Uint8Array, additional: Uint8Array, data: Uint8Array): Uint8Array {
    const hash = new GHASH(this.#hashKey, concat(additional).buffer);
    hash.write(data);
    const tag = new Uint8Array(hash.close());
    const mask = new Uint8Array(this.#block.encrypt(counterOf(nonce, 1)));
    for (let i = 0; i < tagLength; i++) tag[i] = (tag[i] ?? 0) ^ (mask[i] ?? 0);
    return tag;
  }
}

/** The counter block: the nonce, then a number of four bytes. */
function counterOf(nonce: Uint8Array, count: number): ArrayBuffer {
  return concat(nonce, Uint8Array.of(0, 0, 0, count)).buffer;
}
