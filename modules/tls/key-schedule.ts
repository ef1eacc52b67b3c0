// SPDX-License-Identifier: MIT

import { concat } from "./bytes.ts";
import { hashOf, type TLSCrypto } from "./tls-crypto.ts";

/** HMAC with SHA-256 (RFC 2104). `key`: at most 64 bytes. */
export function hmac(
  crypto: TLSCrypto,
  key: Uint8Array,
  ...message: readonly Uint8Array[]
): Uint8Array {
  const inner = new Uint8Array(64).fill(0x36);
  const outer = new Uint8Array(64).fill(0x5c);
  for (let i = 0; i < key.length; i++) {
    inner[i] = 0x36 ^ (key[i] ?? 0);
    outer[i] = 0x5c ^ (key[i] ?? 0);
  }
  return hashOf(crypto, "SHA-256", outer, hashOf(crypto, "SHA-256", inner, ...message));
}

export interface Expansion {
  readonly secret: Uint8Array;
  readonly label: string;
  readonly seed: Uint8Array;
  /** Bytes wanted. */
  readonly length: number;
}

/** The pseudo-random function of TLS 1.2 with SHA-256 (RFC 5246, section 5). */
export function expand(crypto: TLSCrypto, { secret, label, seed, length }: Expansion): Uint8Array {
  const start = concat(new TextEncoder().encode(label), seed);
  const result = new Uint8Array(length);
  let a = start;
  for (let at = 0; at < length; at += 32) {
    a = concat(hmac(crypto, secret, a));
    result.set(hmac(crypto, secret, a, start).subarray(0, length - at), at);
  }
  return result;
}

/** Keys of one direction: 16 bytes for AES, 4 that begin every nonce. */
export interface WriteKeys {
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
}

/** Keys of both directions (RFC 5246, 6.3; RFC 5288). `seed`: the server's random, then ours. */
export function deriveKeys(
  crypto: TLSCrypto,
  secret: Uint8Array,
  seed: Uint8Array,
): { readonly client: WriteKeys; readonly server: WriteKeys } {
  const block = expand(crypto, { secret, label: "key expansion", seed, length: 40 });
  const keys = (at: number, saltAt: number): WriteKeys => ({
    key: block.slice(at, at + 16),
    salt: block.slice(saltAt, saltAt + 4),
  });
  return { client: keys(0, 32), server: keys(16, 36) };
}
