// SPDX-License-Identifier: MIT

import { ipv4Of } from "../base/ipv4.ts";
import { concat } from "./bytes.ts";
import { curves } from "./curves.ts";
import {
  extensionTypes,
  handshakeMessage,
  messageTypes,
  numberBytes,
  vector,
  version,
} from "./message-types.ts";
import { TLSError } from "./tls-error.ts";

/** The cipher suites: how the server signs, by number (RFC 5289). All are AES-128-GCM with SHA-256. */
export const cipherSuites = Object.freeze({ ecdsa: 0xc02b, rsa: 0xc02f });

/** Signature algorithms that are offered, two bytes each, the preferred first (RFC 5246, 7.4.1.4.1). */
export const signatureAlgorithms: readonly number[] = Object.freeze([
  0x0403, 0x0401, 0x0503, 0x0501, 0x0601,
]);

export interface ClientHelloOptions {
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** Name or address of the server. */
  readonly host: string;
  /** Protocols for ALPN (RFC 7301). */
  readonly protocols: readonly string[];
}

/** True when the name of this host is sent: an address is not (RFC 6066, section 3). */
export function hasServerName(host: string): boolean {
  return ipv4Of(host) === undefined;
}

/** The first message of the handshake. Throws TLSError when a protocol's name cannot be sent. */
export function encodeClientHello({ random, host, protocols }: ClientHelloOptions): Uint8Array {
  const { ecdsa, rsa } = cipherSuites;
  const extensions = [
    extension(extensionTypes.supportedGroups, list(curves.map(({ id }) => id))),
    extension(extensionTypes.pointFormats, vector(1, numberBytes(0, 1))),
    extension(extensionTypes.signatureAlgorithms, list(signatureAlgorithms)),
    extension(extensionTypes.extendedMasterSecret, new Uint8Array(0)),
    extension(extensionTypes.renegotiationInfo, vector(1)),
  ];
  if (hasServerName(host)) {
    const text = host.replace(/\.$/, "");
    const name = concat(numberBytes(0, 1), vector(2, new TextEncoder().encode(text)));
    extensions.push(extension(extensionTypes.serverName, vector(2, name)));
  }
  if (protocols.length > 0) {
    const names = protocols.map((protocol) => vector(1, protocolName(protocol)));
    extensions.push(extension(extensionTypes.applicationProtocols, vector(2, ...names)));
  }
  return handshakeMessage(
    messageTypes.clientHello,
    numberBytes(version, 2),
    random,
    // No session to resume, and no compression.
    vector(1),
    list([ecdsa, rsa]),
    vector(1, numberBytes(0, 1)),
    vector(2, ...extensions),
  );
}

function list(values: readonly number[]): Uint8Array {
  return vector(2, ...values.map((value) => numberBytes(value, 2)));
}

function extension(type: number, contents: Uint8Array): Uint8Array {
  return concat(numberBytes(type, 2), vector(2, contents));
}

function protocolName(protocol: string): Uint8Array {
  const bytes = new TextEncoder().encode(protocol);
  if (bytes.length > 0 && bytes.length < 256) return bytes;
  throw new TLSError("tls/unsupported", "the name of a protocol has 1 to 255 bytes");
}
