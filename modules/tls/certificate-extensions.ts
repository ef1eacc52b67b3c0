// SPDX-License-Identifier: MIT

import { hexOf } from "../base/hex.ts";
import { asciiOf, numberOf } from "./bytes.ts";
import { DerReader, malformed, readUnsigned, sequenceIn, tags } from "./der-reader.ts";
import { TLSError } from "./tls-error.ts";

/** Bits of a key usage (RFC 5280, 4.2.1.3): bit 0 of the standard is the highest. */
export const usages = Object.freeze({ digitalSignature: 0x80, keyCertSign: 0x04 });

/** What the extensions of a certificate say; only those that decide something here. */
export interface CertificateExtensions {
  /** May sign certificates (basicConstraints). */
  isAuthority: boolean;
  /** Most authorities that may follow below it. */
  pathLength: number | undefined;
  /** First byte of the key usage; undefined when every use is allowed. */
  keyUsage: number | undefined;
  /** False when it has extended key usages and that of a server is not among them. */
  isForServers: boolean;
  /** DNS names of the subject, in lower case. */
  names: string[];
  /** IP addresses of the subject, 4 or 16 bytes. */
  addresses: Uint8Array[];
}

/** Most extensions, and most names, of one certificate. */
const most = 100;

const identifiers = Object.freeze({
  keyUsage: "551d0f",
  subjectAltName: "551d11",
  basicConstraints: "551d13",
  nameConstraints: "551d1e",
  extendedKeyUsage: "551d25",
});

const serverAuthentication = "2b06010505070301";
const anyUsage = "551d2500";

/** What a certificate without extensions says. */
export function noExtensions(): CertificateExtensions {
  return {
    isAuthority: false,
    pathLength: undefined,
    keyUsage: undefined,
    isForServers: true,
    names: [],
    addresses: [],
  };
}

/** Reads the contents of Extensions. One that is critical and unknown here is refused. */
export function parseExtensions(contents: Uint8Array): CertificateExtensions {
  const found = noExtensions();
  const seen = new Set<string>();
  const reader = new DerReader(contents);
  while (!reader.isAtEnd) {
    const extension = new DerReader(reader.read(tags.sequence));
    const id = hexOf(extension.read(tags.objectIdentifier));
    const isCritical = readBoolean(extension);
    const value = extension.read(tags.octetString);
    extension.end();
    if (seen.has(id) || seen.size >= most) throw malformed("an extension is there twice");
    seen.add(id);
    if (!apply(id, value, found) && (isCritical || id === identifiers.nameConstraints)) {
      const text = `a certificate has a condition that is not known here (extension ${id})`;
      throw new TLSError("tls/unsupported", text);
    }
  }
  return found;
}

function apply(id: string, value: Uint8Array, found: CertificateExtensions): boolean {
  if (id === identifiers.basicConstraints) parseConstraints(value, found);
  else if (id === identifiers.keyUsage) found.keyUsage = parseUsage(value);
  else if (id === identifiers.extendedKeyUsage) found.isForServers = parsePurposes(value);
  else if (id === identifiers.subjectAltName) parseNames(value, found);
  else return false;
  return true;
}

/** BOOLEAN DEFAULT FALSE: absent, or true; DER does not write the default, some authorities do. */
function readBoolean(reader: DerReader): boolean {
  const bytes = reader.readIf(tags.boolean);
  if (bytes === undefined) return false;
  if (bytes.length !== 1 || (bytes[0] !== 0 && bytes[0] !== 0xff)) throw malformed("a boolean");
  return bytes[0] === 0xff;
}

function parseConstraints(value: Uint8Array, found: CertificateExtensions): void {
  const reader = sequenceIn(value);
  found.isAuthority = readBoolean(reader);
  if (reader.peek() === tags.integer) {
    const length = readUnsigned(reader);
    found.pathLength = length.length > 2 ? 0xffff : Number(numberOf(length));
  }
  reader.end();
}

function parseUsage(value: Uint8Array): number {
  const outer = new DerReader(value);
  const bits = outer.read(tags.bitString);
  outer.end();
  const [unused = 8, first = 0] = bits;
  const last = bits.length > 1 ? (bits.at(-1) ?? 0) : 0xff;
  // Bits that are not used are 0 in DER: they must not be taken for uses.
  if (unused > 7 || (last & (2 ** unused - 1)) !== 0) throw malformed("a key usage");
  return first;
}

function parsePurposes(value: Uint8Array): boolean {
  const reader = sequenceIn(value);
  let isForServers = false;
  while (!reader.isAtEnd) {
    const id = hexOf(reader.read(tags.objectIdentifier));
    if (id === serverAuthentication || id === anyUsage) isForServers = true;
  }
  return isForServers;
}

/** GeneralNames: [2] dNSName and [7] iPAddress count, others say nothing about a server. */
function parseNames(value: Uint8Array, found: CertificateExtensions): void {
  const reader = sequenceIn(value);
  for (let count = 0; !reader.isAtEnd; count++) {
    const tag = reader.peek() ?? 0;
    const bytes = reader.read(tag);
    if (count >= most) throw new TLSError("tls/unsupported", "a certificate has too many names");
    if (tag === 0x82) found.names.push(asciiOf(bytes).toLowerCase());
    else if (tag === 0x87) found.addresses.push(bytes);
  }
}
