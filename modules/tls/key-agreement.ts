// SPDX-License-Identifier: MIT

import { bytesOf, numberOf } from "./bytes.ts";
import { encodePoint } from "./curve-point.ts";
import type { Curve } from "./curves.ts";
import { broken } from "./message-reader.ts";
import { alerts } from "./message-types.ts";
import type { ServerShare } from "./server-key-exchange.ts";
import type { TLSCrypto } from "./tls-crypto.ts";

/** A number from 1 to n - 1, each as likely as the others to within 2^-64 (FIPS 186-4, B.4.1). */
export function secretNumber(crypto: TLSCrypto, { n, size }: Curve): bigint {
  return (numberOf(crypto.random(size + 8)) % (n - 1n)) + 1n;
}

/** Our half of the key agreement, as the point to send, and what both ends know then (RFC 8422). */
export function agree(
  crypto: TLSCrypto,
  { curve, point }: ServerShare,
): { readonly share: Uint8Array; readonly secret: Uint8Array } {
  const own = secretNumber(crypto, curve);
  const sent = crypto.multiply(curve, curve.G, own);
  const common = crypto.multiply(curve, point, own);
  if (!sent || !common) throw broken("no shared point", alerts.illegalParameter);
  return { share: encodePoint(curve, sent), secret: bytesOf(common.x, curve.size) };
}
