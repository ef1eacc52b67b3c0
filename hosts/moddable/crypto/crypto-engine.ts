// SPDX-License-Identifier: MIT

/** Bytes of the longest text, key of HMAC and random bytes (cryptoMaxLength of crypto-core.h). */
export const maxCryptoLength = 16_384;

/**
 * mbedTLS: bytes in, bytes out, nothing kept. See crypto-core.h. Results go `into` room that is as long
 * as they are. False: the point, the signature or the tag is refused. Throws an error with "crypto/…: text" when
 * lengths are wrong or the library fails.
 */
export interface CryptoEngine {
  random(into: Uint8Array): void;
  sha256(bytes: Uint8Array, into: Uint8Array): void;
  sha512(bytes: Uint8Array, into: Uint8Array): void;
  hmacSHA256(key: Uint8Array, bytes: Uint8Array, into: Uint8Array): void;
  x25519(privateKey: Uint8Array, u: Uint8Array, into: Uint8Array): boolean;
  verifyP256(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  seal(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    plaintext: Uint8Array,
    into: Uint8Array,
  ): void;
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
    into: Uint8Array,
  ): boolean;
}
