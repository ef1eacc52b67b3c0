// SPDX-License-Identifier: MIT

import type { HostCrypto } from "../../../modules/base/host-crypto.ts";
import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";

/** Asks the Node side; each part with its length in front. */
function ask(operation: number, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += 2 + part.length;
  const payload = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    payload[at] = part.length >> 8;
    payload[at + 1] = part.length & 0xff;
    payload.set(part, at + 2);
    at += 2 + part.length;
  }
  return link.call(channels.crypto, operation, payload).slice();
}

/** An answer that may be none begins with a byte that says so. */
function known(answer: Uint8Array): Uint8Array | undefined {
  return answer[0] === 1 ? answer.slice(1) : undefined;
}

/** Cryptography by the Node side. */
export const simCrypto: HostCrypto = Object.freeze({
  randomBytes: (length: number) =>
    ask(operations.cryptoRandom, Uint8Array.of(length >> 8, length & 0xff)),
  sha256: (bytes: Uint8Array) => ask(operations.cryptoSHA256, bytes),
  sha512: (bytes: Uint8Array) => ask(operations.cryptoSHA512, bytes),
  hmacSHA256: (key: Uint8Array, bytes: Uint8Array) => ask(operations.cryptoHMAC, key, bytes),
  x25519: (privateKey: Uint8Array, u: Uint8Array) =>
    known(ask(operations.cryptoX25519, privateKey, u)),
  verifyP256: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) =>
    ask(operations.cryptoVerifyP256, publicKey, message, signature)[0] === 1,
  seal: (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array) =>
    ask(operations.cryptoSeal, key, nonce, aad, plaintext),
  open: (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array) =>
    known(ask(operations.cryptoOpen, key, nonce, aad, sealed)),
});
