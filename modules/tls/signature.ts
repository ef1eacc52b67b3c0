// SPDX-License-Identifier: MIT

import { hexOf } from "../base/hex.ts";
import { bytesOf, concat, equal, numberOf } from "./bytes.ts";
import { DerReader, readNull, readUnsigned, sequenceIn, tags } from "./der-reader.ts";
import type { PublicKey } from "./public-key.ts";
import { type HashName, hashOf, type TLSCrypto } from "./tls-crypto.ts";
import { TLSError } from "./tls-error.ts";

/** How something was signed. RSA is PKCS #1 v1.5. */
export interface SignatureAlgorithm {
  readonly kind: "rsa" | "ecdsa";
  readonly hash: HashName;
}

const algorithms: Readonly<Record<string, SignatureAlgorithm>> = Object.freeze({
  "2a864886f70d01010b": Object.freeze({ kind: "rsa", hash: "SHA-256" }),
  "2a864886f70d01010c": Object.freeze({ kind: "rsa", hash: "SHA-384" }),
  "2a864886f70d01010d": Object.freeze({ kind: "rsa", hash: "SHA-512" }),
  "2a8648ce3d040302": Object.freeze({ kind: "ecdsa", hash: "SHA-256" }),
  "2a8648ce3d040303": Object.freeze({ kind: "ecdsa", hash: "SHA-384" }),
  "2a8648ce3d040304": Object.freeze({ kind: "ecdsa", hash: "SHA-512" }),
} as const);

/** What DigestInfo has in front of the hash (RFC 8017, 9.2, note 1). */
const digestInfo: Readonly<Record<HashName, string>> = Object.freeze({
  "SHA-256": "3031300d060960864801650304020105000420",
  "SHA-384": "3041300d060960864801650304020205000430",
  "SHA-512": "3051300d060960864801650304020305000440",
});

/** Reads the contents of an AlgorithmIdentifier of a signature (RFC 4055, RFC 5758). */
export function parseSignatureAlgorithm(contents: Uint8Array): SignatureAlgorithm {
  const reader = new DerReader(contents);
  const algorithm = algorithms[hexOf(reader.read(tags.objectIdentifier))];
  if (!algorithm) {
    const text = "a certificate is signed by another algorithm than RSA or ECDSA with SHA-2";
    throw new TLSError("tls/unsupported", text);
  }
  if (algorithm.kind === "rsa") readNull(reader);
  reader.end();
  return algorithm;
}

export interface Signed {
  readonly algorithm: SignatureAlgorithm;
  /** What was signed, in pieces. */
  readonly parts: readonly Uint8Array[];
  readonly signature: Uint8Array;
}

/** True when the owner of `key` has signed this. Never throws because of what was signed. */
export function isSignedBy(crypto: TLSCrypto, key: PublicKey, signed: Signed): boolean {
  const { algorithm, parts, signature } = signed;
  if (algorithm.kind !== key.kind) return false;
  const hash = hashOf(crypto, algorithm.hash, ...parts);
  if (key.kind === "ecdsa") return isECDSA(crypto, key, hash, signature);
  if (signature.length !== key.size) return false;
  const value = numberOf(signature);
  if (value >= key.modulus) return false;
  // The whole block is made and compared, so that there is nothing in it to be read (RFC 8017, 8.2.2).
  const block = bytesOf(crypto.power(value, key.exponent, key.modulus), key.size);
  return equal(block, paddedHash(algorithm.hash, hash, key.size));
}

/** EMSA-PKCS1-v1_5 (RFC 8017, 9.2): the block of `size` bytes that is signed. */
export function paddedHash(name: HashName, hash: Uint8Array, size: number): Uint8Array {
  const info = digestInfo[name];
  const prefix = bytesOf(BigInt(`0x${info}`), info.length / 2);
  const padding = new Uint8Array(size - 3 - prefix.length - hash.length).fill(0xff);
  return concat(Uint8Array.of(0, 1), padding, Uint8Array.of(0), prefix, hash);
}

/** The leftmost bits of a hash, as many as the order of the curve has (FIPS 186-4, 6.4). */
export function hashNumber(hash: Uint8Array, size: number): bigint {
  return numberOf(hash.subarray(0, size));
}

function isECDSA(
  crypto: TLSCrypto,
  { curve, point }: PublicKey & { kind: "ecdsa" },
  hash: Uint8Array,
  signature: Uint8Array,
): boolean {
  const pair = parsePair(signature);
  if (!pair) return false;
  const { n, size } = curve;
  const { r, s } = pair;
  if (r <= 0n || r >= n || s <= 0n || s >= n) return false;
  // The order is prime: s ^ (n - 2) is 1 / s.
  const inverse = crypto.power(s, n - 2n, n);
  const u = (hashNumber(hash, size) * inverse) % n;
  const v = (r * inverse) % n;
  const sum = crypto.combine(curve, u, point, v);
  return sum !== undefined && sum.x % n === r;
}

/** ECDSA-Sig-Value (RFC 3279, 2.2.3). */
function parsePair(signature: Uint8Array): { r: bigint; s: bigint } | undefined {
  try {
    const reader = sequenceIn(signature);
    const r = numberOf(readUnsigned(reader));
    const s = numberOf(readUnsigned(reader));
    reader.end();
    return { r, s };
  } catch {
    return undefined;
  }
}
