// SPDX-License-Identifier: MIT

import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import {
  type ConnectionOptions,
  connect,
  type DetailedPeerCertificate,
  type TLSSocket,
} from "node:tls";
import { messageOf } from "../../../../modules/base/app-error.ts";
import type { TCPTarget } from "../../protocol.ts";

/** Why a certificate is not believed, by the code that Node gives. */
const verdicts: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "tls/expired",
  CERT_NOT_YET_VALID: "tls/not-yet-valid",
  CERT_SIGNATURE_FAILURE: "tls/unknown-authority",
  CERT_UNTRUSTED: "tls/bad-certificate",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls/unknown-authority",
  INVALID_CA: "tls/bad-certificate",
  INVALID_PURPOSE: "tls/bad-certificate",
  PATH_LENGTH_EXCEEDED: "tls/bad-certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "tls/unknown-authority",
  UNABLE_TO_GET_ISSUER_CERT: "tls/unknown-authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls/unknown-authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls/unknown-authority",
  UNHANDLED_CRITICAL_EXTENSION: "tls/bad-certificate",
  UNSPECIFIED: "tls/bad-certificate",
};

/** What an alert of the server means for a user, by the end of the code that Node gives. */
const alerts: readonly (readonly [name: string, text: string])[] = [
  ["CERTIFICATE_REQUIRED", "the server wants a client certificate"],
  ["UNKNOWN_CA", "our certificate does not come from an authority that the server trusts"],
  ["BAD_CERTIFICATE", "the server does not accept our certificate, or wants one"],
  ["CERTIFICATE_EXPIRED", "our certificate has expired"],
  ["CERTIFICATE_REVOKED", "our certificate was revoked"],
  [
    "HANDSHAKE_FAILURE",
    "the server has no cipher, curve or key in common with us, or wants a client certificate",
  ],
  ["PROTOCOL_VERSION", "the server speaks neither TLS 1.2 nor 1.3"],
  ["NO_APPLICATION_PROTOCOL", "the server speaks none of our protocols (ALPN)"],
  ["UNRECOGNIZED_NAME", "the server does not know this name"],
];

/** TLS 1.3, and TLS 1.2 with an ephemeral key and an AEAD cipher; no SHA-1, RSA from 2,048 bits. */
const ciphers = [
  ...["TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_256_GCM_SHA384"],
  ...["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"],
  ...["ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"],
  ...["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"],
  "@SECLEVEL=2",
].join(":");

/** The extension nameConstraints (2.5.29.30) in DER. */
const nameConstraints = Buffer.from("0603551d1e", "hex");

/**
 * Opens a TLS connection that trusts the given authorities only; without any, the public roots of
 * Node. Its "secureConnect" comes when the certificate has been verified, its name too, by the same
 * rules as on a board (docs/mqtt.md). Throws when a certificate or key is not one.
 */
export function openTLS(target: TCPTarget, tls: NonNullable<TCPTarget["tls"]>): TLSSocket {
  const { certificateAuthorities, clientCertificates, clientKey, session } = tls;
  const options: ConnectionOptions & { readonly allowPartialTrustChain: boolean } = {
    host: target.address,
    port: target.port,
    // An address is no server name (RFC 6066); it is looked for in the certificate all the same.
    ...(isIP(tls.host) === 0 && { servername: tls.host }),
    ...(certificateAuthorities.length > 0 && { ca: certificateAuthorities.map(certificate) }),
    // What is in the list is trusted, be it a root or not.
    allowPartialTrustChain: true,
    rejectUnauthorized: true,
    checkServerIdentity: (_name, peer) => refusalOf(tls.host, peer as DetailedPeerCertificate),
    minVersion: "TLSv1.2",
    ciphers,
    ...(tls.applicationLayerProtocols.length > 0 && {
      ALPNProtocols: [...tls.applicationLayerProtocols],
    }),
    ...(clientCertificates.length > 0 && { cert: clientCertificates.map(certificate).join("") }),
    ...(clientKey !== undefined && { key: privateKey(clientKey) }),
    ...(session !== undefined && { session: Buffer.from(session, "base64") }),
  };
  try {
    return connect(options);
  } catch (error) {
    if (!/key values mismatch/.test(messageOf(error))) throw error;
    throw new Error("tls/bad-key: the private key is not the one of our certificate");
  }
}

/** Why a certificate with a path to an authority is refused all the same. */
function refusalOf(host: string, peer: DetailedPeerCertificate): Error | undefined {
  const seen = new Set<DetailedPeerCertificate>();
  for (let each = peer; each?.raw && !seen.has(each); each = each.issuerCertificate) {
    seen.add(each);
    if (each.raw.includes(nameConstraints)) {
      return new Error("tls/unsupported: an authority is limited to some names (nameConstraints)");
    }
  }
  if (isFor(host, new X509Certificate(peer.raw))) return undefined;
  return new Error(`tls/wrong-name: the certificate is not for ${host}`);
}

/** By subjectAltName, and by the common name only where there is none (RFC 6125, 6.4.4). */
function isFor(host: string, certificate: X509Certificate): boolean {
  const hasNames = certificate.subjectAltName !== undefined;
  if (isIP(host) === 0) {
    const subject = hasNames ? "never" : "always";
    return certificate.checkHost(host, { subject, partialWildcards: false }) !== undefined;
  }
  if (hasNames) return certificate.checkIP(host) !== undefined;
  return certificate.subject.split("\n").includes(`CN=${host}`);
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
  if (message.startsWith("tls/")) return message;
  if (/too weak|too small/i.test(message)) {
    return "tls/unsupported: a certificate is signed with SHA-1 or older, or its key is too short";
  }
  const verdict = verdicts[code];
  if (verdict !== undefined) return `${verdict}: ${message}`;
  if (/ALERT/.test(code)) return `tls/alert: ${alertText(code)}`;
  if (code === "ERR_SSL_UNSUPPORTED_PROTOCOL") {
    return "tls/unsupported: the server does not speak TLS 1.2 or 1.3";
  }
  if (code.startsWith("ERR_SSL_") || code === "EPROTO") return `tls/failed: ${wordsOf(code)}`;
  if (stage === "handshake") return "tls/closed: the other end ended the handshake";
  return code === "" ? message : `${code}: ${message}`;
}

function alertText(code: string): string {
  const [, text] = alerts.find(([name]) => code.endsWith(name)) ?? [];
  return `${text ?? "the server ended the connection"} (${wordsOf(code)})`;
}

/** "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA" as "tlsv1 alert unknown ca". */
function wordsOf(code: string): string {
  return code.replace("ERR_SSL_", "").replaceAll("_", " ").toLowerCase();
}

function certificate(base64: string): string {
  try {
    return new X509Certificate(Buffer.from(base64, "base64")).toString();
  } catch {
    throw new Error("tls/bad-certificate: a certificate of ours cannot be read");
  }
}

/** A key in any of the forms that mbedTLS takes too. */
function privateKey(base64: string): string {
  const key = Buffer.from(base64, "base64");
  for (const type of ["pkcs8", "sec1", "pkcs1"] as const) {
    try {
      const parsed = createPrivateKey({ key, format: "der", type });
      return parsed.export({ format: "pem", type: "pkcs8" }).toString();
    } catch {
      // Then it is of another form.
    }
  }
  throw new Error(
    "tls/bad-key: the private key cannot be read: it is PKCS#8, SEC1 or PKCS#1, without a password",
  );
}
