// SPDX-License-Identifier: MIT

// The SDK's arithmetic for cryptography, in one place that has declarations for all of it.

export { BlockCipher, Digest, GHASH, Mode } from "crypt";
export { default as EC } from "ec";
export { default as ECPoint } from "ecp";
export { default as Mont } from "mont";
