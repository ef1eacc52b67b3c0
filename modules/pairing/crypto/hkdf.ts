// SPDX-License-Identifier: MIT

import { concat } from "../../base/bytes.ts";
import type { HostCrypto } from "../../base/host-crypto.ts";

const hashLength = 32;

/** HKDF-Extract with SHA-256 (RFC 5869 section 2.2): 32 bytes. */
export function hkdfExtract(
  crypto: Pick<HostCrypto, "hmacSHA256">,
  salt: Uint8Array,
  secret: Uint8Array,
): Uint8Array {
  return crypto.hmacSHA256(salt.length === 0 ? new Uint8Array(hashLength) : salt, secret);
}

/** HKDF-Expand with SHA-256 (RFC 5869 section 2.3): up to 8,160 bytes. Throws RangeError. */
export function hkdfExpand(
  crypto: Pick<HostCrypto, "hmacSHA256">,
  key: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  if (length > 255 * hashLength) throw new RangeError("HKDF gives 8,160 bytes at most");
  const output = new Uint8Array(Math.ceil(length / hashLength) * hashLength);
  let block = new Uint8Array(0);
  for (let i = 1; (i - 1) * hashLength < length; i++) {
    block = new Uint8Array(crypto.hmacSHA256(key, concat(block, info, Uint8Array.of(i))));
    output.set(block, (i - 1) * hashLength);
  }
  return output.slice(0, length);
}
