// SPDX-License-Identifier: MIT

import type { TLSSecureOptions } from "../ecma-419/tcp.ts";
import { parseCertificate } from "./certificate.ts";
import { ClientIdentity } from "./client-identity.ts";
import type { HandshakeOptions } from "./handshake.ts";
import type { TLSCrypto } from "./tls-crypto.ts";
import { TLSError } from "./tls-error.ts";

/**
 * Whom to trust and who we are, from the options of a socket. Throws TLSError when a certificate or
 * key cannot be used, and when nobody would be trusted.
 */
export function readTrust(
  crypto: TLSCrypto,
  secure: TLSSecureOptions,
): Pick<HandshakeOptions, "authorities" | "identity" | "protocols"> {
  const { certificateAuthorities = [], clientCertificate, clientKey } = secure;
  const authorities = certificateAuthorities.map((bytes) => parseCertificate(bytes));
  if (authorities.length === 0) {
    throw new TLSError("tls/unknown-authority", "no authority is trusted");
  }
  const identity =
    clientCertificate && clientKey
      ? new ClientIdentity(crypto, clientCertificate, clientKey)
      : undefined;
  return { authorities, identity, protocols: secure.applicationLayerProtocols ?? [] };
}
