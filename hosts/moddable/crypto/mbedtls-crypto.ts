// SPDX-License-Identifier: MIT

import { type HostCrypto, sealTagLength } from "../../../modules/base/host-crypto.ts";
import { type CryptoEngine, maxCryptoLength } from "./crypto-engine.ts";

/** Room for a result; more than a call of the engine can fill is refused before memory is taken. */
function room(length: number): Uint8Array {
  if (!(Number.isInteger(length) && length >= 0 && length <= maxCryptoLength + sealTagLength)) {
    throw new RangeError(
      `crypto/bad-length: ${length} bytes; whole numbers up to ${maxCryptoLength} are possible`,
    );
  }
  return new Uint8Array(length);
}

/**
 * Cryptography of a board and of the SDK's simulator, by mbedTLS. Texts, keys of HMAC and random bytes
 * have at most 16 KB; a wrong length throws "crypto/bad-length: …", and a failure of the library
 * "crypto/no-memory: …" or another.
 */
export class MbedTLSCrypto implements HostCrypto {
  readonly #engine: CryptoEngine;

  constructor(engine: CryptoEngine) {
    this.#engine = engine;
  }

  randomBytes(length: number): Uint8Array {
    const bytes = room(length);
    this.#engine.random(bytes);
    return bytes;
  }

  sha256(bytes: Uint8Array): Uint8Array {
    const hash = new Uint8Array(32);
    this.#engine.sha256(bytes, hash);
    return hash;
  }

  sha512(bytes: Uint8Array): Uint8Array {
    const hash = new Uint8Array(64);
    this.#engine.sha512(bytes, hash);
    return hash;
  }

  hmacSHA256(key: Uint8Array, bytes: Uint8Array): Uint8Array {
    const tag = new Uint8Array(32);
    this.#engine.hmacSHA256(key, bytes, tag);
    return tag;
  }

  x25519(privateKey: Uint8Array, u: Uint8Array): Uint8Array | undefined {
    const shared = new Uint8Array(32);
    return this.#engine.x25519(privateKey, u, shared) ? shared : undefined;
  }

  verifyP256(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    return this.#engine.verifyP256(publicKey, message, signature);
  }

  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const sealed = room(plaintext.length + sealTagLength);
    this.#engine.seal(key, nonce, aad, plaintext, sealed);
    return sealed;
  }

  open(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
  ): Uint8Array | undefined {
    const plaintext = room(Math.max(0, sealed.length - sealTagLength));
    return this.#engine.open(key, nonce, aad, sealed, plaintext) ? plaintext : undefined;
  }
}
