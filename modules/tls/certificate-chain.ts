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
/** Most signatures that are checked to find the way to an authority. */
const mostSignatures = 8;

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
 * signed by another, the last by a trusted authority or is one; each signer is an authority, may
 * sign certificates, those of servers too, and allows as many below it; all are valid now; the first
 * is for this server and for servers. Returns the server's. Throws TLSError. Revocation is not looked at.
 */
export function checkChain(received: readonly Uint8Array[], options: ChainOptions): Certificate {
  if (received.length > mostCertificates) {
    throw new TLSError("tls/unsupported", `the server sends ${received.length} certificates`);
  }
  const [first, ...others] = received;
  if (!first) throw new TLSError("tls/failed", "the server has no certificate");
  const leaf = parseCertificate(first);
  new PathSearch(others, options).checkWay(leaf);
  checkDates(leaf, options.now);
  checkPurpose(leaf);
  if (isFor(options.host, leaf.extensions)) return leaf;
  throw new TLSError("tls/wrong-name", `the certificate is not for ${options.host}`);
}

/**
 * Looks for a way from the server's certificate to a trusted one. There may be several: authorities
 * are renewed with the same key, and signed by more than one other.
 */
class PathSearch {
  readonly #options: ChainOptions;
  readonly #sent: readonly Certificate[];
  #signatures = 0;
  /** Why the first one that was in question cannot be on the way. */
  #objection: TLSError | undefined;

  constructor(sent: readonly Uint8Array[], options: ChainOptions) {
    this.#options = options;
    this.#sent = sent.map(readable).filter((one) => one !== undefined);
  }

  checkWay(leaf: Certificate): void {
    if (!this.#hasWay(leaf, 0, this.#sent)) throw this.#objection ?? noWay(leaf);
  }

  /** `below`: authorities under the next signer, those that sign themselves not counted. */
  #hasWay(current: Certificate, below: number, sent: readonly Certificate[]): boolean {
    const { authorities } = this.#options;
    if (authorities.some(({ bytes }) => equal(bytes, current.bytes))) return true;
    for (const signer of [...authorities, ...sent]) {
      if (!equal(signer.subject, current.issuer) || !this.#isFit(signer, below)) continue;
      if (!this.#hasSigned(signer, current)) continue;
      const next = equal(signer.subject, signer.issuer) ? below : below + 1;
      const rest = sent.filter((other) => other !== signer);
      if (this.#hasWay(signer, next, rest)) return true;
    }
    return false;
  }

  #isFit(signer: Certificate, below: number): boolean {
    try {
      checkAuthority(signer, below);
      checkDates(signer, this.#options.now);
      return true;
    } catch (error) {
      this.#objection ??= error as TLSError;
      return false;
    }
  }

  /** Each check takes a board a good while, so nobody may ask for many. */
  #hasSigned(signer: Certificate, { signed }: Certificate): boolean {
    if (++this.#signatures > mostSignatures) {
      throw new TLSError("tls/unsupported", "too many signatures would have to be checked");
    }
    return isSignedBy(this.#options.crypto, signer.key, signed);
  }
}

/** A server may send certificates that are not needed; one that cannot be read is not used. */
function readable(bytes: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(bytes);
  } catch {
    return undefined;
  }
}

function checkAuthority({ extensions }: Certificate, below: number): void {
  const { isAuthority, isForServers, pathLength, keyUsage } = extensions;
  if (!isAuthority) throw bad("a certificate was signed by one that is no authority");
  if (keyUsage !== undefined && (keyUsage & usages.keyCertSign) === 0) {
    throw bad("a certificate was signed by an authority that may not sign any");
  }
  // Not in RFC 5280, but what all believe: the uses of an authority are those of all below it.
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
