// SPDX-License-Identifier: MIT

import { equal } from "./bytes.ts";
import {
  type CertificateExtensions,
  noExtensions,
  parseExtensions,
} from "./certificate-extensions.ts";
import { readTime } from "./certificate-time.ts";
import { DerReader, malformed, readBits, readUnsigned, sequenceIn, tags } from "./der-reader.ts";
import { type PublicKey, parsePublicKey } from "./public-key.ts";
import { parseSignatureAlgorithm, type Signed } from "./signature.ts";

/** Tags of the optional parts of a TBSCertificate. */
const optional = Object.freeze({
  version: 0xa0,
  issuerId: 0x81,
  subjectId: 0x82,
  extensions: 0xa3,
});

/** Bytes of a name without parts. */
const emptyName = 2;

/** Largest certificate, bytes. */
const largestCertificate = 8_192;

/** An X.509 certificate (RFC 5280). Its parts lie in the bytes that were read. */
export interface Certificate {
  readonly bytes: Uint8Array;
  /** Names as DER, to be compared byte by byte. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** ms since 1970 UTC; both still belong to the time in which it is valid. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: PublicKey;
  readonly extensions: Readonly<CertificateExtensions>;
  readonly signed: Signed;
}

/** Reads a certificate, DER. Throws TLSError for anything else and for what is not supported. */
export function parseCertificate(bytes: Uint8Array): Certificate {
  if (bytes.length > largestCertificate) throw malformed(`it has ${bytes.length} bytes`);
  const reader = sequenceIn(bytes);
  const body = reader.readWhole(tags.sequence);
  const algorithm = reader.readWhole(tags.sequence);
  const signature = readBits(reader);
  reader.end();
  return { bytes, ...parseBody(body, algorithm, signature) };
}

function parseBody(
  body: Uint8Array,
  algorithm: Uint8Array,
  signature: Uint8Array,
): Omit<Certificate, "bytes"> {
  const reader = new DerReader(new DerReader(body).read(tags.sequence));
  const version = versionOf(reader);
  readUnsigned(reader);
  // The one that is signed must be the one that is used (RFC 5280, 4.1.1.2).
  if (!equal(reader.readWhole(tags.sequence), algorithm)) throw malformed("two algorithms");
  const issuer = reader.readWhole(tags.sequence);
  if (issuer.length === emptyName) throw malformed("its issuer has no name");
  const validity = new DerReader(reader.read(tags.sequence));
  const [notBefore, notAfter] = [readTime(validity), readTime(validity)];
  validity.end();
  const subject = reader.readWhole(tags.sequence);
  const key = parsePublicKey(reader.read(tags.sequence));
  reader.readIf(optional.issuerId);
  reader.readIf(optional.subjectId);
  const extensions = extensionsOf(reader, version);
  reader.end();
  const parsed = parseSignatureAlgorithm(new DerReader(algorithm).read(tags.sequence));
  const signed = { algorithm: parsed, parts: [body], signature };
  return { issuer, subject, notBefore, notAfter, key, extensions, signed };
}

/** 0 for version 1, which is not written, 2 for version 3. */
function versionOf(reader: DerReader): number {
  const contents = reader.readIf(optional.version);
  if (!contents) return 0;
  const version = new DerReader(contents);
  const [number = 0, ...more] = readUnsigned(version);
  version.end();
  if (more.length > 0 || number < 1 || number > 2) throw malformed("its version is not known");
  return number;
}

function extensionsOf(reader: DerReader, version: number): CertificateExtensions {
  const contents = reader.readIf(optional.extensions);
  if (!contents) return noExtensions();
  if (version !== 2) throw malformed("extensions need version 3");
  const outer = new DerReader(contents);
  const extensions = outer.read(tags.sequence);
  outer.end();
  return parseExtensions(extensions);
}
