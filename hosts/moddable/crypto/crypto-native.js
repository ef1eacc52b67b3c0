// SPDX-License-Identifier: MIT

// What crypto-native.c does; the types are in crypto-native.d.ts.

export const cryptoNative = Object.freeze({
  random: native("xs_crypto_random"),
  sha256: native("xs_crypto_sha256"),
  sha512: native("xs_crypto_sha512"),
  hmacSHA256: native("xs_crypto_hmac_sha256"),
  x25519: native("xs_crypto_x25519"),
  verifyP256: native("xs_crypto_verify_p256"),
  seal: native("xs_crypto_seal"),
  open: native("xs_crypto_open"),
});
