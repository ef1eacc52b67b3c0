// SPDX-License-Identifier: MIT

// Certificates of X.509 version 3 (RFC 5280) on P-256, written byte by byte: nothing has to be installed.

import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import { isIP } from "node:net";
import { ipv4Of } from "../../modules/base/ipv4.ts";

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  text: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** Object identifiers, RFC 5280 and 5758. */
const ids = {
  commonName: "2.5.4.3",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  ecdsaWithSHA256: "1.2.840.10045.4.3.2",
} as const;

/** An element: tag, length and contents. */
function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  const length: number[] = [];
  for (let rest = body.length; rest > 0; rest >>>= 8) length.unshift(rest & 255);
  const head = body.length < 128 ? [body.length] : [0x80 | length.length, ...length];
  return Buffer.concat([Uint8Array.of(tag, ...head), body]);
}

function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...more] = text.split(".").map(Number);
  const bytes = [40 * first + second, ...more].flatMap((value) => {
    const groups = [value & 127];
    for (let rest = value >>> 7; rest > 0; rest >>>= 7) groups.unshift(0x80 | (rest & 127));
    return groups;
  });
  return element(tags.objectId, Uint8Array.from(bytes));
}

/** A time; years from 2050 on have four digits, section 4.1.2.5. */
function time(at: Date): Buffer {
  const digits = `${at.toISOString().replace(/\.\d+|[-:T]/g, "")}`;
  return at.getUTCFullYear() < 2050
    ? element(tags.utcTime, Buffer.from(digits.slice(2)))
    : element(tags.generalizedTime, Buffer.from(digits));
}

function nameOf(commonName: string): Buffer {
  const value = element(tags.text, Buffer.from(commonName));
  const attribute = element(tags.sequence, objectId(ids.commonName), value);
  return element(tags.sequence, element(tags.set, attribute));
}

function extension(id: string, isCritical: boolean, value: Uint8Array): Buffer {
  const critical = isCritical ? [element(tags.boolean, Uint8Array.of(0xff))] : [];
  return element(tags.sequence, objectId(id), ...critical, element(tags.octetString, value));
}

/** Section 4.2.1.2, the first way; openssl has the same. */
function keyIdentifier(key: KeyObject): Buffer {
  // The point stands at the end of the key, behind 04 for "not compressed".
  const point = publicKeyOf(key).subarray(-65);
  return createHash("sha1").update(point).digest();
}

function publicKeyOf(key: KeyObject): Buffer {
  const open = key.type === "private" ? createPublicKey(key) : key;
  return open.export({ type: "spki", format: "der" });
}

function alternativeName(name: string): Buffer {
  const address = ipv4Of(name);
  if (address === undefined && isIP(name) === 0) return element(0x82, Buffer.from(name));
  if (isIP(name) !== 4) throw new Error(`${name} cannot stand in a certificate: no IPv4 address`);
  return element(0x87, Uint8Array.from(name.split("."), Number));
}

/** An authority that signs, as its certificate in DER and its private key. */
export interface Authority {
  readonly certificate: Uint8Array;
  readonly key: KeyObject;
}

export interface Validity {
  readonly from: Date;
  readonly until: Date;
}

/** A new key on P-256, which costs a board least. */
export function newKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

/** The certificate of an authority that signs itself, in DER. */
export function authorityCertificate(
  key: KeyObject,
  { commonName, validity }: { readonly commonName: string; readonly validity: Validity },
): Uint8Array {
  const subject = nameOf(commonName);
  const isAuthority = element(tags.sequence, element(tags.boolean, Uint8Array.of(0xff)));
  return signed(key, {
    issuer: subject,
    subject,
    validity,
    publicKey: publicKeyOf(key),
    extensions: [
      extension(ids.basicConstraints, true, isAuthority),
      // keyCertSign and cRLSign, bits 5 and 6.
      extension(ids.keyUsage, true, element(tags.bitString, Uint8Array.of(1, 0x06))),
      extension(ids.subjectKeyIdentifier, false, element(tags.octetString, keyIdentifier(key))),
    ],
  });
}

export interface ServerOptions {
  readonly commonName: string;
  /** Names and IPv4 addresses under which it is reached. */
  readonly names: readonly string[];
  readonly validity: Validity;
}

/** The certificate of a server whose key is `key`, signed by `authority`, in DER. */
export function serverCertificate(
  key: KeyObject,
  authority: Authority,
  { commonName, names, validity }: ServerOptions,
): Uint8Array {
  const signer = element(tags.sequence, element(0x80, keyIdentifier(authority.key)));
  const purposes = element(tags.sequence, objectId(ids.serverAuth));
  const all = [...new Set(names)].map(alternativeName);
  return signed(authority.key, {
    issuer: subjectOf(authority.certificate),
    subject: nameOf(commonName),
    validity,
    publicKey: publicKeyOf(key),
    extensions: [
      extension(ids.basicConstraints, true, element(tags.sequence)),
      // digitalSignature, bit 0.
      extension(ids.keyUsage, true, element(tags.bitString, Uint8Array.of(7, 0x80))),
      extension(ids.extendedKeyUsage, false, purposes),
      extension(ids.subjectAltName, false, element(tags.sequence, ...all)),
      extension(ids.authorityKeyIdentifier, false, signer),
    ],
  });
}

interface Parts {
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly validity: Validity;
  readonly publicKey: Uint8Array;
  readonly extensions: readonly Uint8Array[];
}

function signed(key: KeyObject, parts: Parts): Uint8Array {
  const { issuer, subject, validity, publicKey, extensions } = parts;
  const algorithm = element(tags.sequence, objectId(ids.ecdsaWithSHA256));
  const body = element(
    tags.sequence,
    // Version 3.
    element(0xa0, element(tags.integer, Uint8Array.of(2))),
    // Positive, and of another certificate each time.
    element(tags.integer, Uint8Array.of(0x01, ...randomBytes(15))),
    algorithm,
    issuer,
    element(tags.sequence, time(validity.from), time(validity.until)),
    subject,
    publicKey,
    element(0xa3, element(tags.sequence, ...extensions)),
  );
  const signature = sign("sha256", body, key);
  return element(
    tags.sequence,
    body,
    algorithm,
    element(tags.bitString, Uint8Array.of(0), signature),
  );
}

/** The subject of a certificate, byte by byte: whatever has written it, the issuer is to be the same. */
function subjectOf(certificate: Uint8Array): Uint8Array {
  const [body] = elementsIn(contentsOf(certificate));
  if (!body) throw new Error("the certificate of the authority is damaged");
  const fields = elementsIn(contentsOf(body));
  // Serial number, algorithm, issuer, validity, subject; the version before them may be missing.
  const subject = fields[fields[0]?.[0] === 0xa0 ? 5 : 4];
  if (!subject) throw new Error("the certificate of the authority is damaged");
  return subject;
}

function extentOf(bytes: Uint8Array): { readonly start: number; readonly end: number } {
  const first = bytes[1] ?? 0;
  const count = first < 128 ? 0 : first & 127;
  let length = first < 128 ? first : 0;
  for (const byte of bytes.subarray(2, 2 + count)) length = length * 256 + byte;
  return { start: 2 + count, end: 2 + count + length };
}

function contentsOf(bytes: Uint8Array): Uint8Array {
  const { start, end } = extentOf(bytes);
  return bytes.subarray(start, end);
}

function elementsIn(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let rest = bytes; rest.length > 1; ) {
    const { end } = extentOf(rest);
    found.push(rest.subarray(0, end));
    rest = rest.subarray(end);
  }
  return found;
}

/** DER as the lines of a PEM file. */
export function pemOf(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
