// SPDX-License-Identifier: MIT

import { hexOf } from "../base/hex.ts";
import { numberOf } from "./bytes.ts";
import { decodePoint } from "./curve-point.ts";
import { type Curve, P256, P384, type Point } from "./curves.ts";
import {
  DerReader,
  malformed,
  readBits,
  readNull,
  readUnsigned,
  sequenceIn,
  tags,
} from "./der-reader.ts";
import { TLSError } from "./tls-error.ts";

/** A key with which signatures are checked. */
export type PublicKey =
  | {
      readonly kind: "rsa";
      readonly modulus: bigint;
      readonly exponent: bigint;
      /** Bytes of the modulus. */
      readonly size: number;
    }
  | { readonly kind: "ecdsa"; readonly curve: Curve; readonly point: Point };

// Object identifiers are compared as the hex digits of their contents.
const rsaEncryption = "2a864886f70d010101";
const ecPublicKey = "2a8648ce3d0201";

/** The curve that has this object identifier (RFC 5480). */
function curveOf(identifier: Uint8Array): Curve {
  const hex = hexOf(identifier);
  if (hex === "2a8648ce3d030107") return P256;
  if (hex === "2b81040022") return P384;
  throw new TLSError("tls/unsupported", "a key is on another curve than P-256 or P-384");
}

/** Reads the contents of a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7). */
export function parsePublicKey(contents: Uint8Array): PublicKey {
  const reader = new DerReader(contents);
  const algorithm = new DerReader(reader.read(tags.sequence));
  const bits = readBits(reader);
  reader.end();
  const kind = hexOf(algorithm.read(tags.objectIdentifier));
  if (kind === rsaEncryption) {
    readNull(algorithm);
    algorithm.end();
    return rsaKey(bits);
  }
  if (kind !== ecPublicKey) {
    throw new TLSError("tls/unsupported", "a key is neither RSA nor ECDSA");
  }
  const curve = curveOf(algorithm.read(tags.objectIdentifier));
  algorithm.end();
  const point = decodePoint(curve, bits);
  if (!point) throw malformed("a key is no point of its curve");
  return { kind: "ecdsa", curve, point };
}

/** RSAPublicKey (RFC 8017, A.1.1). */
function rsaKey(bits: Uint8Array): PublicKey {
  const reader = sequenceIn(bits);
  const modulus = readUnsigned(reader);
  const exponent = readUnsigned(reader);
  reader.end();
  const odd = ((modulus.at(-1) ?? 0) & (exponent.at(-1) ?? 0) & 1) === 1;
  // Shorter keys can be broken; longer ones would keep a board busy for long.
  const isShort = modulus.length < 256 || (modulus.length === 256 && (modulus[0] ?? 0) < 0x80);
  if (isShort || modulus.length > 512) {
    throw new TLSError("tls/unsupported", "an RSA key has not 2,048 to 4,096 bits");
  }
  if (!odd || exponent.length > 4 || numberOf(exponent) < 3n) {
    throw malformed("an RSA key has a modulus or exponent that cannot be");
  }
  const size = modulus.length;
  return { kind: "rsa", modulus: numberOf(modulus), exponent: numberOf(exponent), size };
}
