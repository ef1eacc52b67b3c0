// SPDX-License-Identifier: MIT

import { equal } from "./bytes.ts";
import { type Certificate, parseCertificate } from "./certificate.ts";
import { usages } from "./certificate-extensions.ts";
import { isFor } from "./server-name.ts";
import { isSignedBy } from "./signature.ts";
import type { TLSCrypto } from "./tls-crypto.ts";
import { TLSError } from "./tls-error.ts";

/** Most certificates that a server may send. */
const mostCertificates = 6;

export interface ChainOptions {
  readonly crypto: TLSCrypto;
  /** The only certificates that are trusted without a signature. */
  readonly authorities: readonly Certificate[];
  /** DNS name or IPv4 address of the server. */
  readonly host: string;
  /** Wall clock, ms since 1970 UTC. */
  readonly now: number;
}

/**
 * Checks the certificates that a server has sent, its own first (RFC 5280, section 6): each is
 * signed by the next, the last by a trusted authority or is one; each signer is an authority, may
 * sign certificates, for servers too, and allows as many below it; all are valid now; the first is for this server
 * and for servers. Returns the server's. Throws TLSError. Revocation is not looked at.
 */
export function checkChain(received: readonly Uint8Array[], options: ChainOptions): Certificate {
  if (received.length > mostCertificates) {
    throw new TLSError("tls/unsupported", `the server sends ${received.length} certificates`);
  }
  const [first, ...others] = received;
  if (!first) throw new TLSError("tls/failed", "the server has no certificate");
  const leaf = parseCertificate(first);
  const path = pathFrom(leaf, others, options);
  for (const certificate of path) checkDates(certificate, options.now);
  checkPurpose(leaf);
  if (isFor(options.host, leaf.extensions)) return leaf;
  throw new TLSError("tls/wrong-name", `the certificate is not for ${options.host}`);
}

/** From the server's certificate to a trusted one, both included. */
function pathFrom(
  leaf: Certificate,
  others: readonly Uint8Array[],
  { crypto, authorities }: ChainOptions,
): readonly Certificate[] {
  const path = [leaf];
  const unused = [...others];
  // Authorities between the leaf and the next signer, those that sign themselves not counted.
  let below = 0;
  let current = leaf;
  while (!authorities.some(({ bytes }) => equal(bytes, current.bytes))) {
    const signer =
      authorities.find((authority) => hasSigned(crypto, authority, current)) ??
      takeSigner(crypto, unused, current);
    if (!signer) throw noWay(current);
    checkAuthority(signer, below);
    if (!equal(signer.subject, signer.issuer)) below++;
    path.push(signer);
    current = signer;
  }
  return path;
}

/** Takes the signer of a certificate out of those that were sent; each is used once at most. */
function takeSigner(
  crypto: TLSCrypto,
  unused: Uint8Array[],
  current: Certificate,
): Certificate | undefined {
  for (let i = 0; i < unused.length; i++) {
    const candidate = readable(unused[i]);
    if (!candidate || !hasSigned(crypto, candidate, current)) continue;
    unused.splice(i, 1);
    return candidate;
  }
  return undefined;
}

/** A server may send certificates that are not needed; one that cannot be read is not used. */
function readable(bytes: Uint8Array | undefined): Certificate | undefined {
  try {
    return bytes && parseCertificate(bytes);
  } catch {
    return undefined;
  }
}

function hasSigned(crypto: TLSCrypto, signer: Certificate, signed: Certificate): boolean {
  if (!equal(signer.subject, signed.issuer)) return false;
  return isSignedBy(crypto, signer.key, signed.signed);
}

function checkAuthority({ extensions }: Certificate, below: number): void {
  const { isAuthority, pathLength, keyUsage, isForServers } = extensions;
  if (!isAuthority) throw bad("a certificate was signed by one that is no authority");
  if (keyUsage !== undefined && (keyUsage & usages.keyCertSign) === 0) {
    throw bad("a certificate was signed by an authority that may not sign any");
  }
  if (!isForServers) throw bad("a certificate was signed by an authority that is not for servers");
  if (pathLength !== undefined && below > pathLength) {
    throw bad("more authorities follow one another than one of them allows");
  }
}

function checkDates({ notBefore, notAfter }: Certificate, now: number): void {
  if (now < notBefore) throw dated("tls/not-yet-valid", "is valid only from", notBefore, now);
  if (now > notAfter) throw dated("tls/expired", "was valid only until", notAfter, now);
}

function checkPurpose({ extensions }: Certificate): void {
  const { isForServers, keyUsage } = extensions;
  if (!isForServers) throw bad("the certificate is not one for servers");
  if (keyUsage !== undefined && (keyUsage & usages.digitalSignature) === 0) {
    throw bad("the certificate is not one for signatures");
  }
}

function dated(code: "tls/expired" | "tls/not-yet-valid", what: string, at: number, now: number) {
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  return new TLSError(code, `a certificate ${what} ${day(at)}, today is ${day(now)}`);
}

function noWay({ subject, issuer }: Certificate): TLSError {
  const text = equal(subject, issuer)
    ? "the certificate signed itself and is not trusted"
    : "the certificate does not come from a trusted authority";
  return new TLSError("tls/unknown-authority", text);
}

function bad(text: string): TLSError {
  return new TLSError("tls/bad-certificate", text);
}
