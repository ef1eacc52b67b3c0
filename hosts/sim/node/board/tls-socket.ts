// SPDX-License-Identifier: MIT

import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import type { TCPTarget } from "../../protocol.ts";

/** Why a certificate is not believed, by the code that Node gives. */
const verdicts: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "tls/expired",
  CERT_NOT_YET_VALID: "tls/not-yet-valid",
  ERR_TLS_CERT_ALTNAME_INVALID: "tls/wrong-name",
  CERT_SIGNATURE_FAILURE: "tls/unknown-authority",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls/unknown-authority",
  SELF_SIGNED_CERT_IN_CHAIN: "tls/unknown-authority",
  UNABLE_TO_GET_ISSUER_CERT: "tls/unknown-authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls/unknown-authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls/unknown-authority",
};

/**
 * Opens a TLS connection that trusts the given authorities only. Its "secureConnect" comes when the
 * certificate has been verified, its name too. Throws when a certificate or key is not one.
 */
export function openTLS(target: TCPTarget, tls: NonNullable<TCPTarget["tls"]>): TLSSocket {
  const { clientCertificate, clientKey } = tls;
  const options: ConnectionOptions = {
    host: target.address,
    port: target.port,
    // An address is no server name (RFC 6066); it is looked for in the certificate all the same.
    ...(isIP(tls.host) === 0 && { servername: tls.host }),
    ca: tls.certificateAuthorities.map(certificate),
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
    ...(tls.applicationLayerProtocols.length > 0 && {
      ALPNProtocols: [...tls.applicationLayerProtocols],
    }),
    ...(clientCertificate !== undefined && { cert: certificate(clientCertificate) }),
    ...(clientKey !== undefined && { key: privateKey(clientKey) }),
  };
  return connect(options);
}

/**
 * What ended a TLS connection, "tls/…: text" when it was TLS and not the network below. `stage` says
 * how far it had come: a TCP connection that ends before it is verified was ended by the other end.
 */
export function reasonTLS(
  error: NodeJS.ErrnoException,
  stage: "opening" | "handshake" | "verified",
): string {
  const { code = "", message } = error;
  const verdict = verdicts[code];
  if (verdict !== undefined) return `${verdict}: ${message}`;
  if (/ALERT/.test(code)) return `tls/alert: the other end says ${wordsOf(code)}`;
  if (code.startsWith("ERR_SSL_") || code === "EPROTO") return `tls/failed: ${wordsOf(code)}`;
  if (stage === "handshake") return "tls/closed: the other end ended the handshake";
  return code === "" ? message : `${code}: ${message}`;
}

/** "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA" as "tlsv1 alert unknown ca". */
function wordsOf(code: string): string {
  return code.replace("ERR_SSL_", "").replaceAll("_", " ").toLowerCase();
}

function certificate(base64: string): string {
  return new X509Certificate(Buffer.from(base64, "base64")).toString();
}

function privateKey(base64: string): string {
  const key = createPrivateKey({
    key: Buffer.from(base64, "base64"),
    format: "der",
    type: "pkcs8",
  });
  return key.export({ format: "pem", type: "pkcs8" }).toString();
}
