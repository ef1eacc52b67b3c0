// SPDX-License-Identifier: MIT

import { decodePoint } from "./curve-point.ts";
import { type Curve, curves, type Point } from "./curves.ts";
import { broken, MessageReader } from "./message-reader.ts";
import type { PublicKey } from "./public-key.ts";
import { isSignedBy, type SignatureAlgorithm } from "./signature.ts";
import type { HashName, TLSCrypto } from "./tls-crypto.ts";

export interface KeyExchangeOptions {
  readonly crypto: TLSCrypto;
  /** Of the server's certificate. */
  readonly key: PublicKey;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
}

/** The server's half of the key agreement. */
export interface ServerShare {
  readonly curve: Curve;
  readonly point: Point;
}

const namedCurve = 3;
const hashes: readonly (HashName | undefined)[] = Object.freeze([
  ...[undefined, undefined, undefined, undefined],
  ...(["SHA-256", "SHA-384", "SHA-512"] as const),
]);

/**
 * Reads the body of a ServerKeyExchange (RFC 8422, 5.4) and checks that the owner of the certificate
 * signed it for this handshake. Throws TLSError.
 */
export function parseServerKeyExchange(body: Uint8Array, options: KeyExchangeOptions): ServerShare {
  const { crypto, key, clientRandom, serverRandom } = options;
  const reader = new MessageReader(body);
  if (reader.number(1) !== namedCurve) throw broken("a curve without a name");
  const id = reader.number(2);
  const curve = curves.find((offered) => offered.id === id);
  if (!curve) throw broken("a curve that was not offered");
  const point = decodePoint(curve, reader.vector(1));
  if (!point) throw broken("a point that is not on its curve");
  const parameters = reader.past;
  const algorithm = algorithmOf(reader.number(1), reader.number(1));
  const signature = reader.vector(2);
  reader.end();
  const parts = [clientRandom, serverRandom, parameters];
  if (!algorithm || !isSignedBy(crypto, key, { algorithm, parts, signature })) {
    throw broken("the key exchange is not signed with the key of the certificate");
  }
  return { curve, point };
}

/** HashAlgorithm and SignatureAlgorithm of RFC 5246, 7.4.1.4.1; undefined when not offered. */
function algorithmOf(hashId: number, kindId: number): SignatureAlgorithm | undefined {
  const hash = hashes[hashId];
  const kind = kindId === 1 ? "rsa" : kindId === 3 ? "ecdsa" : undefined;
  return hash && kind && { kind, hash };
}
