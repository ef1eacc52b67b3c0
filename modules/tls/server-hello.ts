// SPDX-License-Identifier: MIT

import { cipherSuites } from "./client-hello.ts";
import { broken, MessageReader } from "./message-reader.ts";
import { extensionTypes, version } from "./message-types.ts";
import { TLSError } from "./tls-error.ts";

/** What the server has chosen. */
export interface ServerHello {
  readonly random: Uint8Array;
  /** How it signs. */
  readonly signs: "rsa" | "ecdsa";
  readonly hasExtendedMasterSecret: boolean;
  /** The protocol chosen by ALPN. */
  readonly protocol: string | undefined;
}

/** Reads the body of a ServerHello; everything in it must have been offered. Throws TLSError. */
export function parseServerHello(body: Uint8Array, protocols: readonly string[]): ServerHello {
  const reader = new MessageReader(body);
  if (reader.number(2) !== version) {
    throw new TLSError("tls/unsupported", "the server does not speak TLS 1.2");
  }
  const random = reader.bytes(32);
  reader.vector(1);
  const suite = reader.number(2);
  if (suite !== cipherSuites.rsa && suite !== cipherSuites.ecdsa) {
    throw broken("a cipher suite that was not offered");
  }
  if (reader.number(1) !== 0) throw broken("a compression that was not offered");
  const extensions = reader.isAtEnd ? new Uint8Array(0) : reader.vector(2);
  reader.end();
  const signs = suite === cipherSuites.rsa ? "rsa" : "ecdsa";
  return { random, signs, ...parseExtensions(extensions, protocols) };
}

function parseExtensions(
  bytes: Uint8Array,
  protocols: readonly string[],
): Pick<ServerHello, "hasExtendedMasterSecret" | "protocol"> {
  const reader = new MessageReader(bytes);
  const seen = new Set<number>();
  let protocol: string | undefined;
  while (!reader.isAtEnd) {
    const type = reader.number(2);
    const contents = reader.vector(2);
    if (seen.has(type)) throw broken("an extension is there twice");
    seen.add(type);
    if (type === extensionTypes.applicationProtocols) protocol = chosenOf(contents, protocols);
    else checkEmpty(type, contents);
  }
  return { hasExtendedMasterSecret: seen.has(extensionTypes.extendedMasterSecret), protocol };
}

function chosenOf(contents: Uint8Array, protocols: readonly string[]): string {
  const reader = new MessageReader(contents);
  const list = new MessageReader(reader.vector(2));
  reader.end();
  const name = list.vector(1);
  list.end();
  const protocol = protocols.find((offered) => {
    const bytes = new TextEncoder().encode(offered);
    return bytes.length === name.length && bytes.every((byte, i) => byte === name[i]);
  });
  if (protocol === undefined) throw broken("a protocol that was not offered");
  return protocol;
}

function checkEmpty(type: number, contents: Uint8Array): void {
  const { serverName, pointFormats, extendedMasterSecret, renegotiationInfo } = extensionTypes;
  if (type === pointFormats) return;
  const length = type === renegotiationInfo ? 1 : 0;
  const isKnown = type === serverName || type === extendedMasterSecret || length === 1;
  if (!isKnown) throw broken("an extension that was not offered");
  // In a first handshake the renegotiation info is one zero: the length of nothing (RFC 5746, 3.4).
  if (contents.length !== length || contents.some((byte) => byte !== 0)) {
    throw broken("an extension with contents that cannot be");
  }
}
