// SPDX-License-Identifier: MIT

import { signatureAlgorithms } from "./client-hello.ts";
import { decodePoint } from "./curve-point.ts";
import { type Curve, curves, type Point } from "./curves.ts";
import { broken, MessageReader } from "./message-reader.ts";
import { alerts } from "./message-types.ts";
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
/** By the number of HashAlgorithm (RFC 5246, 7.4.1.4.1). */
const hashes: Readonly<Record<number, HashName>> = Object.freeze({
  4: "SHA-256",
  5: "SHA-384",
  6: "SHA-512",
});

/**
 * Reads the body of a ServerKeyExchange (RFC 8422, 5.4) and checks that the owner of the certificate
 * signed it for this handshake. Throws TLSError.
 */
export function parseServerKeyExchange(body: Uint8Array, options: KeyExchangeOptions): ServerShare {
  const { crypto, key, clientRandom, serverRandom } = options;
  const reader = new MessageReader(body);
  if (reader.number(1) !== namedCurve)
    throw broken("a curve without a name", alerts.illegalParameter);
  const id = reader.number(2);
  const curve = curves.find((offered) => offered.id === id);
  if (!curve) throw broken("a curve that was not offered", alerts.illegalParameter);
  const point = decodePoint(curve, reader.vector(1));
  if (!point) throw broken("a point that is not on its curve", alerts.illegalParameter);
  const parameters = reader.past;
  const algorithm = algorithmOf(reader.number(2));
  const signature = reader.vector(2);
  reader.end();
  const parts = [clientRandom, serverRandom, parameters];
  if (algorithm?.kind !== key.kind) {
    throw broken("a signature of a kind that was not offered", alerts.illegalParameter);
  }
  if (!isSignedBy(crypto, key, { algorithm, parts, signature })) {
    const text = "the key exchange is not signed with the key of the certificate";
    throw broken(text, alerts.decryptError);
  }
  return { curve, point };
}

/** SignatureAndHashAlgorithm of RFC 5246, 7.4.1.4.1; undefined when it was not offered. */
function algorithmOf(id: number): SignatureAlgorithm | undefined {
  const hash = hashes[id >> 8];
  if (!hash || !signatureAlgorithms.includes(id)) return undefined;
  return { kind: (id & 0xff) === 1 ? "rsa" : "ecdsa", hash };
}
