// SPDX-License-Identifier: MIT

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import type { HostCrypto } from "../../modules/base/host-crypto.ts";
import { verifyP256 } from "./p256.ts";
import { inverse, mod as rest } from "./prime-field.ts";
import { seededRandom } from "./random.ts";

const p = 2n ** 255n - 19n;

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  return value;
}

function mod(value: bigint): bigint {
  return rest(value, p);
}

/** The ladder of RFC 7748 section 5, step by step as it is written there. */
function ladder(privateKey: Uint8Array, point: Uint8Array): Uint8Array | undefined {
  const k = privateKey.slice();
  k[0] = (k[0] as number) & 248;
  k[31] = ((k[31] as number) & 127) | 64;
  const masked = point.slice();
  masked[31] = (masked[31] as number) & 127;
  const scalar = littleEndian(k);
  const x1 = mod(littleEndian(masked));
  let [x2, z2, x3, z3] = [1n, 0n, x1, 1n];
  let swap = 0n;
  for (let t = 254n; t >= 0n; t--) {
    const bit = (scalar >> t) & 1n;
    if (swap ^ bit) [x2, x3, z2, z3] = [x3, x2, z3, z2];
    swap = bit;
    const a = mod(x2 + z2);
    const aa = mod(a * a);
    const b = mod(x2 - z2);
    const bb = mod(b * b);
    const e = mod(aa - bb);
    const da = mod((x3 - z3) * a);
    const cb = mod((x3 + z3) * b);
    x3 = mod((da + cb) ** 2n);
    z3 = mod(x1 * mod((da - cb) ** 2n));
    x2 = mod(aa * bb);
    z2 = mod(e * (aa + 121_665n * e));
  }
  if (swap) [x2, x3, z2, z3] = [x3, x2, z3, z2];
  let value = mod(x2 * inverse(z2, p));
  if (value === 0n) return undefined;
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++) {
    bytes[i] = Number(value & 255n);
    value >>= 8n;
  }
  return bytes;
}

/**
 * Cryptography in JavaScript, for tests on an engine without a host: noble's, and the ladder of the RFC.
 * Its random bytes repeat with the seed.
 */
export function testCrypto(seed = 1): HostCrypto {
  const random = seededRandom(seed);
  return {
    randomBytes: (length) => Uint8Array.from({ length }, () => Math.floor(random() * 256)),
    sha256: (bytes) => sha256(bytes),
    sha512: (bytes) => sha512(bytes),
    hmacSHA256: (key, bytes) => hmac(sha256, key, bytes),
    x25519: ladder,
    verifyP256: (publicKey, message, signature) =>
      verifyP256(publicKey, sha256(message), signature),
    seal: (key, nonce, aad, plaintext) => chacha20poly1305(key, nonce, aad).encrypt(plaintext),
    open: (key, nonce, aad, sealed) => {
      try {
        return chacha20poly1305(key, nonce, aad).decrypt(sealed);
      } catch {
        return undefined;
      }
    },
  };
}
