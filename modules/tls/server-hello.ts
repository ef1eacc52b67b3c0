// SPDX-License-Identifier: MIT

import { equal } from "./bytes.ts";
import { cipherSuites } from "./client-hello.ts";
import { broken, MessageReader } from "./message-reader.ts";
import { alerts, extensionTypes, version } from "./message-types.ts";
import { TLSError } from "./tls-error.ts";

/** What the server has chosen. */
export interface ServerHello {
  readonly random: Uint8Array;
  /** How it signs. */
  readonly signs: "rsa" | "ecdsa";
  readonly hasExtendedMasterSecret: boolean;
}

/** What of our hello a server may answer to. */
export interface Offer {
  /** By ALPN. */
  readonly protocols: readonly string[];
  /** The server's name was sent. */
  readonly hasName: boolean;
}

const longestSession = 32;

/** Reads the body of a ServerHello; everything in it must have been offered. Throws TLSError. */
export function parseServerHello(body: Uint8Array, offer: Offer): ServerHello {
  const reader = new MessageReader(body);
  if (reader.number(2) !== version) {
    const text = "the server does not speak TLS 1.2";
    throw new TLSError("tls/unsupported", text, alerts.protocolVersion);
  }
  const random = reader.bytes(32);
  // A session of the server's own: we have none that it could resume.
  if (reader.vector(1).length > longestSession) {
    throw broken("the name of a session is too long", alerts.decodeError);
  }
  const suite = reader.number(2);
  if (suite !== cipherSuites.rsa && suite !== cipherSuites.ecdsa) {
    throw broken("a cipher suite that was not offered", alerts.illegalParameter);
  }
  if (reader.number(1) !== 0) {
    throw broken("a compression that was not offered", alerts.illegalParameter);
  }
  const extensions = reader.isAtEnd ? new Uint8Array(0) : reader.vector(2);
  reader.end();
  const signs = suite === cipherSuites.rsa ? "rsa" : "ecdsa";
  return { random, signs, hasExtendedMasterSecret: parseExtensions(extensions, offer) };
}

/** Checks the extensions; true when RFC 7627 is one of them. */
function parseExtensions(bytes: Uint8Array, offer: Offer): boolean {
  const { applicationProtocols, extendedMasterSecret, renegotiationInfo } = extensionTypes;
  const reader = new MessageReader(bytes);
  const seen = new Set<number>();
  while (!reader.isAtEnd) {
    const type = reader.number(2);
    const contents = reader.vector(2);
    if (seen.has(type)) throw broken("an extension is there twice", alerts.decodeError);
    seen.add(type);
    if (type === applicationProtocols) checkProtocol(contents, offer);
    else checkExtension(type, contents, offer);
  }
  // Without it another's session could have been begun with the server before ours (RFC 5746, 3.4).
  if (!seen.has(renegotiationInfo)) {
    throw broken("it does not know RFC 5746", alerts.handshakeFailure);
  }
  return seen.has(extendedMasterSecret);
}

function checkProtocol(contents: Uint8Array, { protocols }: Offer): void {
  if (protocols.length === 0) throw notOffered();
  const reader = new MessageReader(contents);
  const list = new MessageReader(reader.vector(2));
  reader.end();
  const name = list.vector(1);
  list.end();
  if (!protocols.some((offered) => equal(new TextEncoder().encode(offered), name))) {
    throw broken("a protocol that was not offered", alerts.illegalParameter);
  }
}

function checkExtension(type: number, contents: Uint8Array, { hasName }: Offer): void {
  const { serverName, pointFormats, extendedMasterSecret, renegotiationInfo } = extensionTypes;
  let isGood = contents.length === 0;
  if (type === pointFormats) isGood = hasUncompressed(contents);
  // In a first handshake it is one zero: the length of nothing (RFC 5746, 3.4).
  else if (type === renegotiationInfo) isGood = contents.length === 1 && contents[0] === 0;
  else if (type !== extendedMasterSecret && !(type === serverName && hasName)) throw notOffered();
  if (!isGood) {
    throw broken("an extension with contents that cannot be", alerts.illegalParameter);
  }
}

/** The form in which points are sent is among those that the server can read (RFC 8422, 5.2). */
function hasUncompressed(contents: Uint8Array): boolean {
  const reader = new MessageReader(contents);
  const formats = reader.vector(1);
  reader.end();
  return formats.includes(0);
}

function notOffered(): TLSError {
  return broken("an extension that was not offered", alerts.unsupportedExtension);
}
