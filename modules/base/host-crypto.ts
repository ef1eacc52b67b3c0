// SPDX-License-Identifier: MIT

/**
 * Cryptography of the host, by a library that others keep: Mbed TLS on a board, OpenSSL by Node in the
 * simulator. All of it answers at once. Buffers that are given are not kept.
 */
export interface HostCrypto {
  /** Bytes for keys, from the generator that the host has for them. */
  randomBytes(length: number): Uint8Array;
  /** 32 bytes (FIPS 180-4). */
  sha256(bytes: Uint8Array): Uint8Array;
  /** 64 bytes (FIPS 180-4). */
  sha512(bytes: Uint8Array): Uint8Array;
  /** 32 bytes (RFC 2104). */
  hmacSHA256(key: Uint8Array, bytes: Uint8Array): Uint8Array;
  /**
   * X25519 (RFC 7748 section 5) of a private key and a u-coordinate, 32 bytes each, which takes a board
   * some tens of ms. Undefined when the result is 0, or the host refuses the point: both mean that the
   * other end wants to know the secret beforehand.
   */
  x25519(privateKey: Uint8Array, u: Uint8Array): Uint8Array | undefined;
  /**
   * Whether a signature of 64 bytes, r and s, is that of a message: ECDSA on P-256 with SHA-256 (FIPS 186-5).
   * The public key is a point of 65 bytes: 4, x, y; false when it is none.
   */
  verifyP256(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /**
   * ChaCha20-Poly1305 (RFC 8439): the ciphertext with its tag of 16 bytes behind. The key has 32 bytes,
   * the nonce 12; the same nonce must never be used twice with a key.
   */
  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** The plaintext of what `seal` has made; undefined when anything about it is not as it was. */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
  ): Uint8Array | undefined;
}

/** Bytes of the tag that `seal` adds. */
export const sealTagLength = 16;
